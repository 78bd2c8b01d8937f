import Foundation
import Testing

extension EndToEnd {
  @Test("config answers every question about a project that a flag asks")
  func configFlags() throws {
    try inSandbox { sandbox in
      try sandbox.write("web.env", "LEVEL=info\n")
      try sandbox.compose(
        """
        services:
          web: {image: "busybox:${TAG:-1}", env_file: web.env, volumes: ["./d:/d", "vol:/v"], networks: [n]}
          extra: {image: other, profiles: [more]}
        volumes: {vol: {}}
        networks: {n: {}}
        """)
      func config(_ words: String...) throws -> String {
        let result = try sandbox.run(["\(Sandbox.binaries)/davit", "config"] + words)
        #expect(result.status == 0, "\(words): \(result.both)")
        return result.out
      }
      #expect(try config("--images") == "busybox:1\n")
      #expect(try config("--profiles") == "more\n")
      #expect(try config("--volumes") == "vol\n")
      #expect(try config("--networks") == "n\n")
      #expect(try config("--models").isEmpty)
      #expect(try config("--hash", "web").hasPrefix("web "))
      #expect(try config("--variables").contains("TAG"))
      #expect(try config("--environment").contains("COMPOSE_PROJECT_NAME=project"))
      #expect(try config("--no-interpolate").contains("busybox:${TAG:-1}"))
      #expect(try config("--no-normalize").contains("name: project") && !config("--no-normalize").contains("project_n"))
      #expect(try config("--no-path-resolution").contains("source: ./d"))
      #expect(try config("--no-env-resolution").contains("env_file:"))
      #expect(try config("--no-consistency").contains("LEVEL: info"))
      #expect(try config("--explain", "services.web.environment.LEVEL").contains("web.env:1"))
      #expect(try config("-q").isEmpty)
      _ = try config("-o", "out.yaml", "--format", "json")
      #expect(try sandbox.shell("cat out.yaml").out.hasPrefix("{"))
      let moved = try sandbox.davit(
        "--project-directory", "..", "-f", "compose.yaml", "config", "--no-env-resolution")
      #expect(moved.out.contains("source: \(sandbox.folder)/d\n"), "\(moved.both)")
    }
  }

  @Test("viz draws what its flags ask for, for Graphviz and for Mermaid")
  func vizFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        "services: {a: {image: x, depends_on: [b], ports: [\"1:2\"]}, b: {image: y}}")
      let dot = try sandbox.davit("viz", "--image", "--ports", "--networks", "--spaces", "--indentation-size", "2").out
      #expect(dot.hasPrefix("digraph \"project\" {\n  layout=dot;\n"))
      #expect(dot.contains("  \"a\" -> \"b\";") && dot.contains("1:2 (tcp, ingress)") && dot.contains("<br/>default"))
      let mermaid = try sandbox.davit("viz", "--format", "mermaid").out
      #expect(mermaid == "flowchart TD\n  s0[\"a\"]\n  s1[\"b\"]\n  s0 --> s1\n")
      #expect(try sandbox.davit("compose", "alpha", "viz").out.contains("layout=dot"))
    }
  }

  @Test("run changes what its flags say of the service, and nothing else")
  func runFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        "services: {web: {image: busybox, entrypoint: [echo, service], labels: {a: b}, cap_drop: [ALL], ports: [\"18099:80\"]}}"
      )
      #expect(try sandbox.davit("run", "--rm", "--entrypoint", "echo", "web", "flag").out == "flag\n")
      #expect(try sandbox.davit("run", "--rm", "web").out == "service\n")
      let capabilities = try sandbox.davit(
        "run", "--rm", "--cap-add", "CHOWN", "--entrypoint", "grep", "web", "CapEff", "/proc/self/status")
      #expect(capabilities.out.trimmed.hasSuffix("0000000000000001"), "\(capabilities.both)")
      let dropped = try sandbox.davit(
        "run", "--rm", "--cap-drop", "CHOWN", "--entrypoint", "grep", "web", "CapEff", "/proc/self/status")
      #expect(dropped.out.trimmed.hasSuffix("0000000000000000"), "\(dropped.both)")
      let made = try sandbox.davit(
        "run", "-d", "-l", "job=yes", "--service-ports", "--use-aliases", "--name", "mine", "--entrypoint", "sleep",
        "web",
        "30")
      #expect(made.status == 0, "\(made.both)")
      #expect(
        try sandbox.davit("inspect", "-f", "{{.Config.Labels.job}} {{.Config.Labels.a}}", "mine").out == "yes b\n")
      #expect(try sandbox.davit("container", "port", "mine").out.contains("18099"))
      try sandbox.davit("container", "rm", "-f", "mine")
      try sandbox.davit("down", "--rmi", "local")
    }
  }

  @Test("up starts, shows and stamps what its flags choose; create only makes")
  func upFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: echo from a}
          b: {image: busybox, command: echo from b}
        """)
      #expect(try sandbox.davit("up", "--no-start").status == 0)
      #expect(try sandbox.davit("ps", "-a", "--format", "{{.State}}").out == "created\ncreated\n")
      let shown = try sandbox.davit("up", "--attach", "a", "--no-color", "--timestamps")
      #expect(shown.out.contains("from a") && !shown.out.contains("from b"), "\(shown.both)")
      #expect(shown.out.contains("T") && shown.out.contains("Z from a"), "\(shown.both)")
      let hidden = try sandbox.davit("up", "--no-attach", "a", "--force-recreate")
      #expect(hidden.out.contains("from b") && !hidden.out.contains("from a"), "\(hidden.both)")
      #expect(
        try sandbox.davit("logs", "--no-color", "--since", "1h", "--until", "0s", "--index", "1", "a").out.contains(
          "from a"))
      let create = try sandbox.davit("create", "--force-recreate", "--pull", "never", "--scale", "a=2")
      #expect(create.status == 0, "\(create.both)")
      #expect(try sandbox.davit("ps", "-a", "--format", "{{.Name}} {{.State}}").out.contains("project-a-2 created"))
      #expect(try sandbox.davit("start", "--wait", "--wait-timeout", "20").status == 0)
      #expect(try sandbox.davit("version", "--short").out == "0.1.0\n")
      #expect(try sandbox.davit("images", "--format", "json").out.hasPrefix("[{"))
    }
  }

  @Test("kill, ps and wait know what is no longer in the file; exec --privileged has every capability")
  func orphanFlags() throws {
    try inSandbox { sandbox in
      func compose(_ name: String) throws {
        try sandbox.compose(
          "services: {\(name): {image: busybox, command: sleep 60, init: true, stop_grace_period: 1s, cap_drop: [ALL]}}"
        )
      }
      try compose("old")
      #expect(try sandbox.davit("up", "-d").status == 0)
      try compose("new")
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("ps", "--services").out == "new\nold\n")
      #expect(try sandbox.davit("ps", "--orphans=false", "--services").out == "new\n")
      let plain = try sandbox.davit("exec", "-T", "new", "grep", "CapEff", "/proc/self/status")
      let all = try sandbox.davit("exec", "-T", "--privileged", "new", "grep", "CapEff", "/proc/self/status")
      #expect(plain.out.trimmed.hasSuffix("0000000000000000") && !all.out.trimmed.hasSuffix("0000000000000000"))
      #expect(try sandbox.davit("kill", "--remove-orphans").status == 0)
      #expect(try sandbox.davit("ps", "-a", "--services").out == "new\n")
      let wait = try sandbox.davit("wait", "--down-project", "new")
      #expect(wait.status == 137, "\(wait.both)")
      #expect(try sandbox.davit("ps", "-aq").out.isEmpty)
    }
  }
}
