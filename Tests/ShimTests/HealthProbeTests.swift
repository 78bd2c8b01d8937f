import Glibc
import Launch
import Linux
import Testing

@testable import Shim

@Suite struct HealthProbeTests {
  private func container(_ folder: String, _ script: String) -> Container {
    var container = Container(folder)
    var check = HealthLaunch()
    check.arguments = ["sh", "-c", script]
    check.interval = 20_000_000
    check.timeout = 5_000_000_000
    check.retries = 2
    container.message.health = check
    return container
  }

  private let endless = "while :; do sleep 0.05; done"

  @Test("A check that succeeds makes the container healthy, and its output is in the record")
  func healthy() throws {
    try withFolder { folder in
      let container = container(folder, "echo fine; echo too >&2")
      let state = container.message.paths.state
      try container.run(SandboxDouble(endless)) {
        #expect(try readText(state).contains(#""health":{"status":"starting","failingStreak":0,"log":[]}"#))
        Client.wait(for: state) { $0.contains(#""status":"healthy""#) }
        #expect(try readText(state).contains(#""exitCode":0,"output":"fine\ntoo\n""#))
        try $0.send(.signal(SIGKILL))
        _ = try $0.receive()
      }
    }
  }

  @Test("A check that fails as often as it may makes the container unhealthy")
  func unhealthy() throws {
    try withFolder { folder in
      let container = container(folder, "exit 7")
      let state = container.message.paths.state
      try container.run(SandboxDouble(endless)) {
        Client.wait(for: state) { $0.contains(#""status":"unhealthy""#) }
        #expect(try readText(state).contains(#""exitCode":7"#))
        try $0.send(.signal(SIGKILL))
        _ = try $0.receive()
      }
    }
  }

  @Test("A check that takes too long is killed with all that it started")
  func timeout() throws {
    try withFolder { folder in
      let pids = "\(folder)/pids"
      let script = "echo $$ >> \(pids); (setsid sh -c 'echo $$ >> \(pids); sleep 60' & sleep 60); sleep 60"
      var container = container(folder, script)
      container.message.health!.timeout = 300_000_000
      container.message.health!.interval = 20_000_000
      let state = container.message.paths.state
      try container.run(SandboxDouble(endless)) {
        Client.wait(for: state) { $0.contains("Health check exceeded timeout (300ms)") }
        let first = try readText(pids).split(separator: "\n").prefix(2).map { Int32($0)! }
        #expect(first.count == 2)
        for pid in first { #expect(ProcessStatus(pid: pid).map { $0.state == "Z" } ?? true) }
        try $0.send(.signal(SIGKILL))
        _ = try $0.receive()
      }
    }
  }

  @Test("A check that cannot be started counts as failed, with the reason as its output")
  func impossible() throws {
    try withFolder { folder in
      let container = container(folder, "true")
      let sandbox = SandboxDouble("sleep 0.5")
      let supervisor = Supervisor(container.message, sandbox: sandbox, loop: try EventLoop())
      try supervisor.begin()
      sandbox.failure = LaunchFailure(step: "executing", path: "curl", errno: ENOENT, exitStatus: 127)
      supervisor.run()
      #expect(
        try container.exitRecord.contains(#""exitCode":-1,"output":"executing curl: No such file or directory""#))
    }
  }
}
