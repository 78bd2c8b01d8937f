import Foundation
import Testing

extension EndToEnd {
  @Test("A Dockerfile of several stages becomes an image with the files, owners and settings that it says")
  func stages() throws {
    try inSandbox { sandbox in
      try sandbox.write("a.txt", "one\n")
      try sandbox.write("deep/er/b.txt", "two\n")
      try sandbox.write("secret.key", "no\n")
      try sandbox.write(".dockerignore", "*.key\n")
      try sandbox.write(
        "Dockerfile",
        """
        ARG BASE=busybox
        FROM $BASE AS build
        ARG WHO
        ENV GREETING="hello $WHO"
        WORKDIR /src
        COPY . .
        RUN echo "$GREETING" >out; test ! -e secret.key
        FROM build AS unneeded
        RUN false
        FROM busybox
        COPY --from=build --chown=app:2000 --chmod=750 /src/out /app/
        COPY --from=build --parents /src/./deep/er/b.txt /copied/
        COPY <<'EOF' /raw
        $PATH
        EOF
        RUN rm /etc/group && mkdir -p /var/data/new
        USER app
        LABEL a="b c"
        CMD ["cat", "/app/out"]
        """)
      let built = try sandbox.davit("build", "--network=none", "--build-arg", "WHO=you", "-t", "app:1", ".")
      #expect(built.status == 0, "\(built.both)")
      #expect(!built.err.contains("unneeded"))
      try sandbox.compose("services: {app: {image: 'app:1', network_mode: none}}")
      #expect(try sandbox.davit("run", "--rm", "-T", "app").out == "hello you\n")
      let look = "stat -c '%u:%g %a' /app/out; cat /copied/deep/er/b.txt /raw; ls /etc /var/data; id -u"
      #expect(
        try sandbox.davit("run", "--rm", "-T", "app", "sh", "-c", look).out
          == "1000:2000 750\ntwo\n$PATH\n/etc:\nhostname\nhosts\npasswd\nresolv.conf\n\n/var/data:\nnew\nseed\n1000\n")
      #expect(
        try sandbox.davit("image", "inspect", "-f", "{{.Config.User}} {{.Config.Labels.a}} {{.Config.Cmd}}", "app:1")
          .out
          == "app b c [cat /app/out]\n")
    }
  }

  @Test("A step runs again only when something that it depends on has another content")
  func buildCache() throws {
    try inSandbox { sandbox in
      try sandbox.write("x", "1\n")
      try sandbox.write("Dockerfile", "FROM busybox\nRUN echo first >/first\nCOPY x /x\nRUN cat /x >/y\n")
      func build() throws -> String { try sandbox.davit("build", "--network=none", "-t", "app", ".").err }
      #expect(try !build().contains("CACHED"))
      try sandbox.shell("touch -d 2001-01-01 x; cp x z; mv z x")
      #expect(try build().components(separatedBy: "CACHED").count == 4)
      try sandbox.write("x", "2\n")
      #expect(try build().components(separatedBy: "CACHED").count == 2)
      #expect(try sandbox.davit("build", "--network=none", "--no-cache", ".").err.contains("CACHED") == false)
    }
  }

  @Test("The same input gives the same image, whenever it is built")
  func reproducible() throws {
    try inSandbox { sandbox in
      try sandbox.write("x", "1\n")
      try sandbox.write(
        "Dockerfile", "FROM busybox\nCOPY x /x\nRUN date >/dev/null; mkdir /d; echo y >/d/y; ln /d/y /d/z\n")
      let first = try sandbox.davit("build", "-q", "--network=none", "--no-cache", ".")
      #expect(first.out.hasPrefix("sha256:"), "\(first.both)")
      usleep(1_100_000)
      #expect(try sandbox.davit("build", "-q", "--network=none", "--no-cache", ".").out == first.out)
    }
  }

  @Test("A step that fails is shown with its lines, its exit code and the end of what it printed, and leaves nothing")
  func failingStep() throws {
    try inSandbox { sandbox in
      try sandbox.write("Dockerfile", "FROM busybox\n\nRUN echo a reason; exit 7\nRUN true\n")
      let built = try sandbox.davit("build", "--network=none", "-t", "app", ".")
      #expect(built.status == 1)
      for part in ["Dockerfile:3", ">>> RUN echo a reason; exit 7", "exit code: 7", "a reason"] {
        #expect(built.err.contains(part), "\(part): \(built.err)")
      }
      #expect(try sandbox.davit("ps", "-aq").out.isEmpty)
      #expect(try !sandbox.davit("image", "ls").out.contains("app"))
      let unknown = try sandbox.davit("build", "-f", "-", ".", input: "FROM busybox\nCOPY --form=x a b\n")
      #expect(unknown.status == 1 && unknown.err.contains("did you mean --from?"))
      let missing = try sandbox.davit("build", "-f", "-", ".", input: "FROM busybox\nCOPY nothing /\n")
      #expect(missing.status == 1 && missing.err.contains("\"/nothing\": not found"))
    }
  }

  @Test("Caches outlive a build; neither they nor secrets are in the image")
  func buildMounts() throws {
    try inSandbox { sandbox in
      try sandbox.write("token", "mum-is-the-word")
      try sandbox.write(
        "Dockerfile",
        """
        FROM busybox
        ARG N
        RUN --mount=type=cache,target=/cache --mount=type=secret,id=token --mount=type=tmpfs,target=/t \\
          --mount=type=bind,from=busybox,source=/etc,target=/their \\
          echo $N >>/cache/n; cp /cache/n /n; wc -c </run/secrets/token >/length; touch /t/x; test -f /their/passwd
        """)
      for number in ["1", "2"] {
        let built = try sandbox.davit(
          "build", "--network=none", "--secret", "id=token,src=token", "--build-arg", "N=\(number)", "-t", "app", ".")
        #expect(built.status == 0, "\(built.both)")
      }
      try sandbox.compose("services: {app: {image: app, network_mode: none}}")
      let look = "cat /n /length; ls -d /cache /run/secrets /t /their"
      #expect(try sandbox.davit("run", "--rm", "-T", "app", "sh", "-c", look).out == "1\n2\n15\n")
      #expect(try sandbox.shell("grep -rl mum-is-the-word ../root").status != 0)
    }
  }

  @Test("up builds what is missing, and with --build what has changed; services can be built on each other")
  func composeBuild() throws {
    try inSandbox { sandbox in
      try sandbox.write(
        "app/Dockerfile", "FROM busybox\nCOPY x /x\nCMD [\"sleep\", \"infinity\"]\nSTOPSIGNAL SIGKILL\n")
      try sandbox.write("app/x", "1\n")
      try sandbox.compose(
        """
        services:
          one:
            build: ./app
          two:
            build:
              dockerfile_inline: |
                FROM base
                ARG WHO=nobody
                RUN echo $$WHO >/who
              network: none
              args: {WHO: me}
              additional_contexts: {base: "service:one"}
              tags: ["two:extra"]
        """)
      #expect(try sandbox.davit("plan").out.contains("the image of service one would be built first"))
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("exec", "-T", "two", "cat", "/who", "/x").out == "me\n1\n")
      #expect(try sandbox.davit("image", "ls").out.contains("extra"))
      try sandbox.write("app/x", "2\n")
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("exec", "-T", "one", "cat", "/x").out == "1\n")
      #expect(try sandbox.davit("up", "-d", "--build").status == 0)
      #expect(try sandbox.davit("exec", "-T", "two", "cat", "/x").out == "2\n")
    }
  }

  @Test("A build that is killed leaves a cache that the next one goes on with, and nothing that runs")
  func killedBuild() throws {
    try inSandbox { sandbox in
      try sandbox.write("Dockerfile", "FROM busybox\nRUN echo kept >/kept\nRUN test -e /gone || sleep 300\n")
      let running = try sandbox.start(
        ["\(Sandbox.binaries)/davit", "build", "--network=none", "."], directory: nil, environment: [:])
      // The first step is kept, and the second has begun.
      while try sandbox.shell("grep -q build-step ../root/content/index.json && ls ../root/containers/*/upper").status
        != 0
      {
        usleep(50_000)
        guard running.process.isRunning else { break }
      }
      kill(running.process.processIdentifier, SIGKILL)
      running.process.waitUntilExit()
      try sandbox.write("Dockerfile", "FROM busybox\nRUN echo kept >/kept\nRUN true\n")
      let built = try sandbox.davit("build", "--network=none", ".")
      #expect(built.status == 0 && built.err.components(separatedBy: "CACHED").count == 2, "\(built.both)")
      #expect(try sandbox.shell("ls ../root/containers").out.isEmpty)
    }
  }
}
