import Foundation
import Testing

extension EndToEnd {
  @Test("The Engine API makes, starts, follows and removes a container; errors are Docker's, by version too")
  func engineAPI() throws {
    try withServer { server in
      #expect(try server.request("GET", "/_ping").body.hasPrefix("OK"))
      #expect(try server.request("GET", "/v1.23/info").status == "400")
      #expect(try server.request("GET", "/v1.47/nothing").status == "404")
      #expect(try server.request("GET", "/swarm").status == "503")
      let networks = try server.request("GET", "/networks").body
      for name in ["host", "none"] {
        #expect(networks.components(separatedBy: "\"Name\":\"\(name)\"").count == 2, "\(networks)")
        #expect(try server.request("DELETE", "/networks/\(name)").status == "403")
      }
      let missing = try server.request("POST", "/v1.47/containers/create", body: #"{"Image":"no.such:1"}"#)
      #expect(missing.status == "404" && missing.body.contains("No such image: no.such:1"), "\(missing)")

      let made = try server.request(
        "POST", "/v1.47/containers/create?name=c1",
        body: #"{"Image":"busybox","Cmd":["sh","-c","echo out; echo err >&2; exit 3"]}"#)
      #expect(made.status == "201", "\(made)")
      let taken = try server.request("POST", "/v1.47/containers/create?name=c1", body: #"{"Image":"busybox"}"#)
      #expect(taken.status == "409" && taken.body.contains("already in use"), "\(taken)")
      #expect(try server.request("POST", "/v1.47/containers/c1/start").status == "204")
      #expect(try server.request("POST", "/v1.47/containers/c1/wait").body.contains(#"{"StatusCode":3}"#))
      let logs = try server.request("GET", "/v1.47/containers/c1/logs?stdout=1&stderr=1")
      #expect(logs.body.utf8.elementsEqual("\u{1}\0\0\0\0\0\0\u{4}out\n\u{2}\0\0\0\0\0\0\u{4}err\n".utf8), "\(logs)")
      let listed = try server.request("GET", #"/containers/json?all=1&filters=%7B%22status%22%3A%5B%22exited%22%5D%7D"#)
      #expect(listed.body.contains(#""Names":["/c1"]"#) && listed.body.contains("Exited (3)"), "\(listed)")
      #expect(try server.request("DELETE", "/v1.47/containers/c1").status == "204")
      let gone = try server.request("GET", "/v1.47/containers/c1/json")
      #expect(gone.status == "404" && gone.body.contains("No such container: c1"), "\(gone)")
    }
  }

  @Test("Containers outlive the server, and another server and the commands find them")
  func serverEnds() throws {
    try withServer { first in
      _ = try first.request(
        "POST", "/containers/create?name=stays", body: #"{"Image":"busybox","Cmd":["sleep","600"]}"#)
      #expect(try first.request("POST", "/containers/stays/start").status == "204")
      first.stop()
      #expect(!FileManager.default.fileExists(atPath: first.socket))
      #expect(try first.sandbox.davit("container", "ls").out.contains("stays"))
      let second = try APIServer(in: first.sandbox)
      defer { second.stop() }
      #expect(try second.request("GET", "/containers/stays/json").body.contains(#""Running":true"#))
    }
  }

  @Test(
    "The docker command runs, attaches, executes, copies, builds and cleans up",
    .enabled(if: APIServer.noDocker == nil, Comment(rawValue: APIServer.noDocker ?? "")))
  func dockerCommand() throws {
    try withServer { server in
      let run = try server.docker("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7")
      #expect(run.status == 7 && run.out == "out\n" && run.err == "err\n", "\(run)")
      #expect(try server.docker("run", "--rm", "-i", "busybox", "cat", input: "through\n").out == "through\n")
      #expect(try server.docker("run", "--name", "bad", "busybox", "no-such-program").status == 127)
      #expect(try server.docker("run", "-d", "--name", "a", "busybox", "sleep", "600").status == 0)
      #expect(try server.docker("exec", "a", "sh", "-c", "exit 9").status == 9)
      #expect(try server.docker("exec", "-i", "a", "cat", input: "piped").out == "piped")
      let file = try server.sandbox.write("note", "carried\n")
      #expect(try server.docker("cp", file, "a:/tmp/note").status == 0)
      #expect(try server.docker("exec", "a", "cat", "/tmp/note").out == "carried\n")
      #expect(try server.docker("diff", "a").out.contains("A /tmp/note"))
      try server.sandbox.write(
        "Dockerfile", "FROM busybox\nCOPY note /note\nRUN cat /note > /copy\nCMD [\"cat\", \"/copy\"]\n")
      let build = try server.docker("build", "-t", "made", "\(server.sandbox.folder)/project")
      #expect(build.status == 0 && build.out.contains("Successfully tagged made:latest"), "\(build)")
      #expect(try server.docker("run", "--rm", "made").out == "carried\n")
      #expect(try server.docker("ps", "-aq").out.split(separator: "\n").count == 2)
    }
  }

  @Test(
    "docker compose brings a project up and down through the socket",
    .enabled(if: APIServer.noCompose == nil, Comment(rawValue: APIServer.noCompose ?? "")))
  func dockerCompose() throws {
    try withServer { server in
      try server.sandbox.compose(
        """
        services:
          web:
            image: busybox
            command: sh -c 'while true; do echo hello | nc -l -p 80; done'
            healthcheck: {test: ["CMD", "true"], interval: 1s}
          probe:
            image: busybox
            command: nc -w 5 web 80
            depends_on: {web: {condition: service_healthy}}
        """)
      let up = try server.docker(
        "compose", "-f", "\(server.sandbox.folder)/project/compose.yaml", "up", "-d", "--wait", "web")
      #expect(up.status == 0, "\(up)")
      let probe = try server.docker(
        "compose", "-f", "\(server.sandbox.folder)/project/compose.yaml", "run", "--rm", "-T", "probe")
      #expect(probe.out.contains("hello"), "\(probe)")
      let down = try server.docker(
        "compose", "-f", "\(server.sandbox.folder)/project/compose.yaml", "down", "-t", "0", "-v")
      #expect(down.status == 0, "\(down)")
    }
  }

  @Test(
    "The Python SDK runs containers and reads their streams",
    .enabled(if: APIServer.noSDK == nil, Comment(rawValue: APIServer.noSDK ?? "")))
  func pythonSDK() throws {
    try withServer { server in
      let script = try server.sandbox.write(
        "sdk.py",
        """
        import docker
        client = docker.from_env()
        assert client.containers.run("busybox", "echo hello", remove=True) == b"hello\\n"
        c = client.containers.run("busybox", "sleep 600", detach=True, name="sdk")
        code, output = c.exec_run(["sh", "-c", "echo out; echo err >&2"], demux=True)
        assert (code, output) == (0, (b"out\\n", b"err\\n")), (code, output)
        assert [x.name for x in client.containers.list(filters={"name": "sdk"})] == ["sdk"]
        net = client.networks.create("n1")
        net.connect(c, aliases=["other"])
        c.reload()
        assert "n1" in c.attrs["NetworkSettings"]["Networks"]
        c.remove(force=True)
        net.remove()
        print("done")
        """)
      let run = try server.sandbox.run(
        [APIServer.python!, script],
        environment: ["DOCKER_HOST": "unix://\(server.socket)", "PATH": APIServer.path])
      #expect(run.out == "done\n", "\(run)")
    }
  }
}
