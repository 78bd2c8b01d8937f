import Foundation
import Testing

extension EndToEnd {
  @Test(
    "docker build with buildx builds here without a setting: files, secrets, contexts, cache, failures, clean-up",
    .enabled(if: APIServer.noBuildx == nil, Comment(rawValue: APIServer.noBuildx ?? "")))
  func buildx() throws {
    try withServer { server in
      let project = "\(server.sandbox.folder)/project"
      try server.sandbox.write("note", "carried\n")
      try server.sandbox.write("left/out.log", "no\n")
      try server.sandbox.write("left/\(String(repeating: "x", count: 150))", "long\n")
      try server.sandbox.write(".dockerignore", "**/*.log\n")
      try server.sandbox.write("more/extra", "extra\n")
      let token = try server.sandbox.write("token", "hush\n")
      try server.sandbox.write(
        "Dockerfile",
        """
        FROM busybox AS base
        ARG WHO=nobody
        COPY note left /data/
        COPY --from=more extra /extra
        RUN --mount=type=secret,id=t test "$(cat /run/secrets/t)" = hush && echo "for $WHO" > /who
        RUN echo seen; ls /data | wc -l
        CMD ["cat", "/who", "/extra", "/data/note"]
        """)
      func build() throws -> Sandbox.Result {
        try server.buildx(
          "build", "--progress=plain", "--build-arg", "WHO=me", "--secret", "id=t,src=\(token)", "--build-context",
          "more=\(project)/more", "-t", "made:1", "-t", "made:2", project)
      }
      let first = try build()
      #expect(first.status == 0, "\(first)")
      #expect(first.err.contains(#"using docker driver"#), "\(first.err)")
      #expect(first.err.contains(" seen\n") && first.err.contains(" 2\n"), "\(first.err)")
      #expect(first.err.contains("naming to docker.io/library/made:2"), "\(first.err)")
      #expect(try server.docker("run", "--rm", "made:2").out == "for me\nextra\ncarried\n")
      let second = try build()
      #expect(second.err.components(separatedBy: "CACHED").count == 5, "\(second.err)")

      try server.sandbox.write("bad/Dockerfile", "FROM busybox\nRUN exit 3\n")
      let bad = try server.buildx("build", "\(project)/bad")
      #expect(bad.status == 1 && bad.err.contains("did not complete successfully: exit code: 3"), "\(bad.err)")
      let output = try server.buildx("build", "-o", "\(project)/out", "\(project)/bad")
      #expect(output.status == 1 && output.err.contains(#"the output "local" is not there"#), "\(output.err)")
      let archive = try server.sandbox.shell(
        "tar -C \(project)/bad -cf - Dockerfile | sed 's/exit 3/exit 0/' > \(server.sandbox.folder)/context.tar")
      #expect(archive.status == 0)
      let piped = try server.sandbox.run(
        ["sh", "-c", "docker build -q - < \(server.sandbox.folder)/context.tar"], environment: server.clientEnvironment)
      #expect(piped.status == 0 && piped.out.hasPrefix("sha256:"), "\(piped)")

      #expect(try server.buildx("builder", "prune", "-af").status == 0)
      // What a build held is given back, however it ended.
      #expect(try server.sandbox.shell("ls \(server.sandbox.folder)/root/builds/sessions").out == "")
    }
  }

  @Test(
    "docker compose builds what a project needs through the socket, without a setting",
    .enabled(
      if: APIServer.noCompose == nil && APIServer.noBuildx == nil,
      Comment(rawValue: APIServer.noCompose ?? APIServer.noBuildx ?? "")))
  func composeBuilds() throws {
    try withServer { server in
      try server.sandbox.write("web/Dockerfile", "FROM busybox\nCOPY page /page\nCMD [\"cat\", \"/page\"]\n")
      try server.sandbox.write("web/page", "hello\n")
      try server.sandbox.compose(
        """
        services:
          web: {build: ./web}
          inline: {build: {dockerfile_inline: "FROM busybox\\nRUN echo built > /made\\nCMD cat /made\\n"}}
        """)
      let up = try server.buildx("compose", "-f", "\(server.sandbox.folder)/project/compose.yaml", "up", "--build")
      #expect(up.status == 0, "\(up)")
      #expect(up.out.contains("hello") && up.out.contains("built"), "\(up)")
      #expect(
        try server.buildx("compose", "-f", "\(server.sandbox.folder)/project/compose.yaml", "down", "-t", "0").status
          == 0)
    }
  }

  @Test("What is no HTTP/2 on a connection of BuildKit's ends that connection alone")
  func brokenBuildKit() throws {
    try withServer { server in
      let script = try server.sandbox.write(
        "broken.py",
        """
        import os, socket, sys, time
        path, pid = sys.argv[1:]
        upgrade = "POST %s HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\nUpgrade: h2c\\r\\nX-Docker-Expose-Session-Uuid: %s\\r\\n\\r\\n"
        def dial(route, name):
            s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(path)
            s.sendall((upgrade % (route, name)).encode())
            head = b""
            while not head.endswith(b"\\r\\n\\r\\n"): head += s.recv(1)
            assert b" 101 " in head, head
            return s
        def frame(kind, flags, stream, payload): return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
        preface = b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n"
        opened = preface + frame(4, 0, 0, b"")
        call = b"\\x83\\x86\\x44\\x04/a/b\\x41\\x01x"
        attempts = [
            b"GET / HTTP/1.1\\r\\n\\r\\n" * 3,                                   # no preface
            preface + b"\\xff\\xff\\xff" + bytes(6),                          # a frame of 16 MB
            preface + frame(1, 4, 1, b"\\xff\\xff\\xff\\xff\\xff\\xff"),         # a head that is none
            preface + frame(9, 0, 1, b"x") + frame(1, 0, 1, b"") + frame(6, 0, 0, bytes(8)),  # a head without its end
            preface + frame(0, 8, 1, b"\\xff"),                              # more padding than data
            opened + frame(1, 0, 1, b"") + frame(9, 0, 1, b"") * 1000,         # a head in no end of parts
            opened + frame(1, 0, 1, call) + frame(9, 0, 1, b"\\0\\1x\\x7f\\xff\\x7e" + b"y" * 16000) * 9,  # and one too long
            opened + b"".join(frame(1, 4, n, call) + frame(3, 0, n, bytes(4)) for n in range(1, 3000, 2)),  # begun and given up
            opened + b"".join(frame(1, 4, n, call) for n in range(1, 3000, 2)),  # more calls than one may have
            opened + frame(1, 4, 1, call) + frame(0, 0, 1, b"") * 5000,        # data without any
            opened + frame(8, 0, 0, b"\\x7f\\xff\\xff\\xff"),                  # a window that is too large
        ]
        before = len(os.listdir(f"/proc/{pid}/fd"))
        for n, raw in enumerate(attempts):
            for route in ["/grpc", "/session"]:
                s = dial(route, f"s{n}")
                try: s.sendall(raw)
                except (BrokenPipeError, ConnectionResetError): pass
                if route == "/grpc":
                    while True:
                        try:
                            if not s.recv(65536): break
                        except TimeoutError: raise AssertionError(f"attempt {n} goes on")
                        except ConnectionResetError: break
                s.close()
        for _ in range(50):                                                # and those that say nothing
            dial("/grpc", "x").close()
        s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(path)
        s.sendall(b"GET /_ping HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
        answer = b""
        while not answer.endswith(b"OK"): answer += s.recv(65536)
        for _ in range(100):
            if len(os.listdir(f"/proc/{pid}/fd")) <= before + 4: break
            time.sleep(0.1)
        else: raise AssertionError("descriptors are left")
        print("done")
        """)
      let run = try server.sandbox.run(["python3", script, server.socket, "\(server.pid)"])
      #expect(run.out == "done\n", "\(run)")
      #expect(server.isRunning)
    }
  }
}

extension APIServer {
  /// With the client's own choice of how it builds.
  func buildx(_ arguments: String...) throws -> Sandbox.Result {
    try sandbox.run(["docker"] + arguments, environment: clientEnvironment)
  }

  var clientEnvironment: [String: String] {
    var environment = [
      "DOCKER_HOST": "unix://\(socket)", "HOME": "\(sandbox.folder)/home", "PATH": Self.path,
    ]
    // Where this person has plugins, which may be other places than those of the system.
    environment["DOCKER_CONFIG"] = ProcessInfo.processInfo.environment["DOCKER_CONFIG"]
    return environment
  }

  static let noBuildx = noDocker ?? missing("docker", "buildx", "version")
}
