import Foundation
import Testing

extension EndToEnd {
  @Test("Flags before the verb choose resources, colours, names and how much is done at once")
  func globalFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sh, -c, "echo said; sleep 1000"], stop_signal: SIGKILL}
          b: {image: busybox, command: sleep 1000, stop_signal: SIGKILL}
        volumes: {unused: {}}
        networks: {idle: {}}
        """)
      #expect(try sandbox.davit("compose", "config", "--networks").out == "default\n")
      #expect(try sandbox.davit("compose", "--all-resources", "config", "--networks").out == "default\nidle\n")
      // One after the other: nothing is begun before what came before it is done.
      let up = try sandbox.davit("compose", "--parallel", "1", "up", "-d")
      let lines = up.err.split(separator: "\n").filter { $0.contains("Container") && $0.contains("Creat") }
      #expect(up.status == 0 && lines.count == 4, "\(up.both)")
      for index in [0, 2] where lines.count == 4 {
        #expect(lines[index].hasSuffix("Creating") && lines[index + 1].hasSuffix("Created"), "\(up.err)")
      }
      let coloured = try sandbox.davit("compose", "--ansi", "always", "logs", "a").out
      #expect(coloured.contains("\u{1B}[") && coloured.contains("said"), "\(coloured)")
      #expect(try sandbox.davit("compose", "--ansi", "never", "logs", "a").out == "a-1  | said\n")
      #expect(try sandbox.davit("compose", "--no-ansi", "logs", "a").out == "a-1  | said\n")
      #expect(try sandbox.davit("compose", "--ansi", "sometimes", "logs").err.contains("use never, always or auto"))
      try sandbox.davit("down")
      let old = try sandbox.davit("compose", "--compatibility", "up", "-d", "b")
      #expect(old.status == 0 && old.err.contains("Container project_b_1  Started"), "\(old.both)")
      #expect(try sandbox.davit("ps", "--format", "{{.Name}}").out == "project_b_1\n")
    }
  }
}
