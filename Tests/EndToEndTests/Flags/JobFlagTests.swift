import Foundation
import Testing

extension EndToEnd {
  @Test("run-job starts what a job needs, or not, and leaves of it what its flags say")
  func jobFlags() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          db: {image: busybox, command: sleep 1000, stop_signal: SIGKILL}
          tool: {build: {context: ., dockerfile_inline: "FROM busybox\\nCOPY file /file\\n"}, depends_on: [db], profiles: [t]}
        x-davit-jobs:
          show: {service: tool, command: cat /file}
          echo: {service: tool, command: cat}
          long: {service: db, command: sleep 1000, stop_signal: SIGKILL}
        """)
      try sandbox.write("file", "one\n")
      #expect(try sandbox.davit("jobs", "-q").out == "echo\nlong\nshow\n")
      let first = try sandbox.davit("run-job", "--no-deps", "show")
      #expect(first.status == 0 && first.out == "one\n", "\(first.both)")
      #expect(try sandbox.davit("ps", "-q").out.isEmpty)
      try sandbox.write("file", "two\n")
      let built = try sandbox.davit("run-job", "--no-deps", "--build", "--pull", "never", "--quiet-pull", "show")
      #expect(built.out == "two\n", "\(built.both)")
      let quiet = try sandbox.davit("run-job", "-q", "show")
      #expect(quiet.out == "two\n" && !quiet.err.contains("Container"), "\(quiet.both)")
      #expect(try sandbox.davit("ps", "--services").out == "db\n", "what it depends on was started")
      #expect(try sandbox.davit("run-job", "-i", "echo", input: "typed\n").out == "typed\n")
      let kept = try sandbox.davit("run-job", "--rm=false", "--name", "kept", "--use-aliases", "show")
      #expect(kept.status == 0, "\(kept.both)")
      #expect(try sandbox.davit("ps", "-a", "--status", "exited", "--format", "{{.Name}}").out == "kept\n")
      let detached = try sandbox.davit("run-job", "-d", "--remove-orphans", "long")
      #expect(detached.status == 0 && detached.out.trimmed.count == 64, "\(detached.both)")
      #expect(try sandbox.davit("container", "ls", "-q", "--no-trunc").out.contains(detached.out.trimmed))
    }
  }
}
