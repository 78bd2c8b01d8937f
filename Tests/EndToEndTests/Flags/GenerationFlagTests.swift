import Foundation
import Testing

extension EndToEnd {
  @Test("apply, rollback, drift and reconcile wait, keep and say as much as their flags tell them")
  func generationFlags() throws {
    try inSandbox { sandbox in
      func compose(_ level: Int, _ more: String = "") throws {
        try sandbox.compose(
          """
          services:
            web: {image: busybox, command: sleep 1000, stop_signal: SIGKILL, environment: {L: "\(level)"}\(more)}
          """)
      }
      for level in 1...3 {
        try compose(level)
        #expect(try sandbox.davit("up", "-d", "--keep", "2").status == 0)
      }
      #expect(try sandbox.davit("history", "-q").out == "3\n2\n")
      let back = try sandbox.davit("rollback", "-y", "-t", "0", "--keep", "3")
      #expect(back.status == 0, "\(back.both)")
      #expect(try sandbox.davit("history", "-q").out == "4\n3\n2\n")
      #expect(try sandbox.davit("history", "--no-trunc").out.contains("rollback"))
      try compose(5)
      _ = try sandbox.davit("plan", "-o", "plan.json")
      let applied = try sandbox.davit("apply", "-y", "--keep", "2", "plan.json")
      #expect(applied.status == 0, "\(applied.both)")
      #expect(try sandbox.davit("history", "-q").out == "5\n4\n")
      // A plan that waits for something gives up when it is told to.
      let check = ", healthcheck: {test: \"false\", interval: 200ms, retries: 1000}"
      try sandbox.compose(
        """
        services:
          web: {image: busybox, command: sleep 1000, stop_signal: SIGKILL\(check)}
          after: {image: busybox, command: sleep 1, depends_on: {web: {condition: service_healthy}}}
        """)
      _ = try sandbox.davit("plan", "-o", "waiting.json")
      let waited = try sandbox.davit("apply", "--wait-timeout", "1", "waiting.json")
      #expect(waited.status == 1, "\(waited.both)")
      #expect(try sandbox.davit("ps", "--services").out == "web\n")
      try compose(6)
      #expect(try sandbox.davit("up", "-d", "--remove-orphans").status == 0)
      let right = try sandbox.davit("drift", "-q")
      #expect(right.status == 0 && right.out.isEmpty, "\(right.both)")
      try sandbox.davit("stop", "-t", "0")
      let drifted = try sandbox.davit("drift", "-q")
      #expect(drifted.status == 2, "\(drifted.both)")
      #expect(try sandbox.davit("reconcile", "--once", "-t", "0").status == 0)
      // Without a network a lock takes images as they are.
      let lock = try sandbox.davit("lock", "--offline")
      #expect(lock.status == 0, "\(lock.both)")
      #expect(try sandbox.davit("plan", "--locked").status == 0)
    }
  }
}
