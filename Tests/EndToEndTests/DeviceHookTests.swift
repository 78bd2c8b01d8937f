import Foundation
import Testing

/// Hooks that descriptions of the Container Device Interface ask for, at the moments of the OCI runtime specification.
extension EndToEnd {
  @Test("Hooks of devices run at every moment of a container's life, in order, on the host or in it, at each start")
  func deviceHooks() throws {
    try inSandbox { sandbox in
      try sandbox.shell("mount -t tmpfs tmpfs /run; mkdir -p /run/cdi")
      defer { _ = try? sandbox.shell("umount /run") }
      let folder = "\(sandbox.folder)/project"
      // What each moment sees: its status, whether the process lives, and whose network it is in.
      let hook = try sandbox.write(
        "hook",
        """
        #!/usr/bin/python3
        import json, os, sys
        state = json.load(sys.stdin)
        host = os.readlink("/proc/self/ns/net") == os.environ["NET"]
        alive = os.path.exists("/proc/%d/ns" % state.get("pid", 0))
        open("\(folder)/log", "a").write("%s %s %s %s\\n" % (sys.argv[1], state["status"], host, alive))
        if sys.argv[1] == os.environ.get("FAIL"): sys.exit("no such bus")
        """)
      let net = try sandbox.shell("chmod +x \(hook); readlink /proc/self/ns/net").out.dropLast()
      func device(_ name: String, _ moments: [String], failing: String = "") -> String {
        let hooks = moments.map {
          "{hookName: \($0), path: \(hook), args: [hook, \($0)], env: ['NET=\(net)', FAIL=\(failing)]}"
        }
        return "- {name: \(name), containerEdits: {hooks: [\(hooks.joined(separator: ", "))]}}\n"
      }
      let host = ["poststop", "poststart", "createContainer", "createRuntime", "prestart"]
      let devices =
        device("all", host) + device("late", ["poststop"], failing: "poststop")
        + ["prestart", "createRuntime", "poststart"].map { device($0, [$0, "poststop"], failing: $0) }.joined()
      let text = "cdiVersion: 0.6.0\nkind: acme.org/bus\ndevices:\n\(devices)"
      try sandbox.shell("cat >/run/cdi/acme.yaml <<'END'\n\(text)END\n")
      func log() throws -> String { try sandbox.shell("cat log; rm -f log").out }

      try sandbox.compose(
        "services: {a: {image: busybox, command: [sleep, infinity], init: true, devices: [acme.org/bus=all]}}")
      let up = try sandbox.davit("up", "-d")
      let beginning =
        "prestart creating True True\ncreateRuntime creating True True\ncreateContainer creating False True\n"
        + "poststart running True True\n"
      #expect(up.status == 0, "\(up.both)")
      #expect(try log() == beginning)
      #expect(try sandbox.davit("restart", "-t", "0").status == 0)
      #expect(try log() == "poststop stopped True False\n" + beginning)
      #expect(try sandbox.davit("stop", "-t", "0").status == 0)
      #expect(try log() == "poststop stopped True False\n")

      for moment in ["prestart", "createRuntime", "poststart"] {
        try sandbox.compose(
          "services: {a: {image: busybox, command: [sleep, infinity], devices: ['acme.org/bus=\(moment)']}}")
        let failed = try sandbox.davit("up", "-d", "-t", "0")
        #expect(failed.status == 1, "\(failed.both)")
        #expect(
          failed.err.contains("the \(moment) hook \(hook) ended with status 1: no such bus"), "\(failed.err)")
        #expect(try log().hasSuffix("poststop stopped True False\n"))
        #expect(try sandbox.davit("ps", "-q").out.isEmpty)
      }
      // After the end there is nothing to be held up any more.
      try sandbox.compose("services: {a: {image: busybox, command: ['true'], devices: [acme.org/bus=late]}}")
      let late = try sandbox.davit("up", "-t", "0")
      #expect(late.status == 0, "\(late.both)")
      #expect(
        try sandbox.davit("inspect", "-f", "{{.State.ExitCode}} {{.State.Error}}", "project-a-1").out.contains(
          "0 the poststop hook"))
      _ = try sandbox.davit("down", "-t", "0")
    }
  }
}
