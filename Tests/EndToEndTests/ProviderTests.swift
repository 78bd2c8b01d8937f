import Foundation
import Testing

extension EndToEnd {
  @Test("A provider is asked to bring its service up and down, and its variables reach those who depend on it")
  func provider() throws {
    try inSandbox { sandbox in
      let program = try sandbox.write(
        "bin/cloudy",
        """
        #!/bin/sh
        echo "$*" >>"$CALLS"
        case "$*" in
        *metadata) cat "$CALLS.metadata" 2>/dev/null; exit ;;
        *" up "*) ;;
        *) exit ;;
        esac
        [ -f "$CALLS.fail" ] && echo '{"type":"error","message":"no quota left"}' && exit 1
        echo '{"type":"info","message":"thinking"}'
        echo '{"type":"debug","message":"unheard"}'
        echo '{"type":"setenv","message":"URL=http://cloud/?a=b"}'
        echo '{"type":"rawsetenv","message":"KEY='$SECRET'"}'

        """)
      chmod(program, 0o755)
      try sandbox.compose(
        """
        services:
          app: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, depends_on: [db], environment: {KEY: own}}
          other: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          db: {provider: {type: cloudy, options: {size: 3, zone: [a, b]}}}
        """)
      let calls = "\(sandbox.folder)/calls"
      func davit(_ arguments: String..., secret: String = "k") throws -> Sandbox.Result {
        try sandbox.run(
          ["\(Sandbox.binaries)/davit"] + arguments,
          environment: [
            "PATH": "\(sandbox.folder)/project/bin:\(sandbox.environment["PATH"]!)", "CALLS": calls, "SECRET": secret,
          ])
      }
      func asked() throws -> [String] {
        let text = (try? String(contentsOfFile: calls, encoding: .utf8)) ?? ""
        try? FileManager.default.removeItem(atPath: calls)
        return text.split(separator: "\n").map(String.init).filter { !$0.hasSuffix("metadata") }
      }
      let up = try davit("up", "-d")
      #expect(up.status == 0 && up.err.contains("Service db  thinking") && !up.err.contains("unheard"), "\(up.both)")
      #expect(up.err.contains("overrides the variable KEY of service app"))
      #expect(try asked() == ["compose --project-name=project up --size=3 --zone=a --zone=b db"])
      #expect(try davit("exec", "-T", "app", "sh", "-c", "echo $DB_URL $KEY").out == "http://cloud/?a=b k\n")
      #expect(try davit("exec", "-T", "other", "sh", "-c", "echo $DB_URL $KEY").out == "\n")
      // What a plan compares with is what was given the last time.
      #expect(try davit("plan").out.contains("Nothing to do") && asked().isEmpty)
      let changed = try davit("up", "-d", secret: "z")
      #expect(changed.err.contains("services.app.environment.KEY") && changed.err.contains("is recreated"))
      _ = try asked()

      #expect(try davit("stop").status == 0 && asked().isEmpty, "it does not say that it can stop")
      try #"{"up": {"parameters": [{"name": "size", "required": true}]}, "stop": {"parameters": []}}"#.write(
        toFile: "\(calls).metadata", atomically: true, encoding: .utf8)
      #expect(try davit("up", "-d").status == 0)
      #expect(try davit("stop").status == 0)
      #expect(
        try asked() == ["compose --project-name=project up --size=3 db", "compose --project-name=project stop db"])
      // The name of the project alone is enough to take it down.
      #expect(try davit("-p", "project", "down").status == 0)
      #expect(try asked().last?.hasPrefix("compose --project-name=project down") == true)

      try "".write(toFile: "\(calls).fail", atomically: true, encoding: .utf8)
      let failed = try davit("up", "-d")
      #expect(failed.status == 1 && failed.err.contains("service db: no quota left"), "\(failed.both)")
      #expect(try davit("ps", "-aq").out.isEmpty)
      let missing = try sandbox.davit("up", "-d")
      #expect(missing.status != 0 && missing.err.contains("there is no provider cloudy"), "\(missing.both)")
    }
  }
}
