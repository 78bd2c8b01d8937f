import Foundation
import Testing

extension EndToEnd {
  @Test("compose build, and the verbs that build, build what their flags say, with a word about it or without")
  func projectBuildFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            build: {context: ., dockerfile_inline: "FROM busybox\\nCOPY file /file\\n"}
            command: sleep 1000
            stop_signal: SIGKILL
            depends_on: [b]
          b: {build: {context: ., dockerfile_inline: "FROM busybox\\n"}, command: sleep 1000, stop_signal: SIGKILL}
          keyed:
            build: {context: ., dockerfile_inline: "FROM busybox\\nRUN --mount=type=ssh test -S $$SSH_AUTH_SOCK\\n"}
            profiles: [keyed]
        """)
      try sandbox.write("file", "one")
      func images() throws -> [Substring] {
        try sandbox.davit("image", "ls", "--format", "{{.Repository}}").out.split(separator: "\n").sorted()
      }
      for (verb, more) in [("up", ["-d", "--no-build"]), ("create", ["--no-build"])] {
        let refused = try sandbox.run(["\(Sandbox.binaries)/davit", verb] + more + ["a"])
        #expect(
          refused.status == 1 && refused.err.contains("image project-a is not on this machine"), "\(refused.both)")
      }
      let plan = try sandbox.davit("plan", "a")
      #expect(plan.out.contains("would be built"), "\(plan.both)")
      // A service alone, or with what it depends on.
      let alone = try sandbox.davit("compose", "build", "--compress", "--force-rm", "--parallel=false", "-q", "a")
      #expect(alone.status == 0 && alone.both.isEmpty, "\(alone.both)")
      #expect(try images() == ["busybox", "project-a"])
      let both = try sandbox.davit("compose", "build", "--with-dependencies", "a")
      #expect(both.status == 0 && both.err.contains("project-b"), "\(both.both)")
      #expect(try images() == ["busybox", "project-a", "project-b"])
      // Changed files matter when a verb is told to build.
      func content() throws -> String { try sandbox.davit("run", "--rm", "--no-deps", "a", "cat", "/file").out }
      try sandbox.write("file", "two")
      #expect(try content() == "one")
      let quiet = try sandbox.davit("run", "--rm", "--no-deps", "--build", "--quiet-build", "a", "cat", "/file")
      #expect(quiet.out == "two" && !quiet.err.contains("naming to"), "\(quiet.both)")
      try sandbox.write("file", "three")
      let created = try sandbox.davit("create", "--build", "a")
      #expect(created.status == 0 && created.err.contains("naming to"), "\(created.both)")
      #expect(try content() == "three")
      try sandbox.write("file", "four")
      let up = try sandbox.davit("up", "-d", "--build", "--quiet-build", "a")
      #expect(up.status == 0 && !up.err.contains("naming to"), "\(up.both)")
      #expect(try sandbox.davit("exec", "-T", "a", "cat", "/file").out == "four")
      #expect(try sandbox.davit("run", "--rm", "--no-deps", "-w", "/bin", "a", "pwd").out == "/bin\n")
      try sandbox.write("file", "five")
      #expect(try sandbox.davit("up", "-d", "--pull", "build", "a").status == 0)
      #expect(try sandbox.davit("exec", "-T", "a", "cat", "/file").out == "five")
      // An agent's socket is there where it is given, and only there.
      try sandbox.shell("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"agent\")'")
      let keyed = try sandbox.davit("compose", "build", "--ssh", "default=agent", "keyed")
      #expect(keyed.status == 0, "\(keyed.both)")
    }
  }
}
