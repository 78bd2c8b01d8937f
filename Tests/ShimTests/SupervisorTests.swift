import Glibc
import Launch
import Linux
import Testing

@testable import Shim

@Suite struct SupervisorTests {
  @Test("A program that ends leaves its status, its log and a record, and nothing else")
  func simpleRun() throws {
    try withFolder { folder in
      var container = Container(folder)
      container.message.unlinkOnExit = ["\(folder)/name"]
      try writeAtomically([], to: "\(folder)/name")
      let sandbox = SandboxDouble("echo out; echo err >&2; exit 3")
      try container.run(sandbox)
      #expect(try container.exitRecord.contains(#""status":"exited""#))
      #expect(try container.exitRecord.contains(#""exitCode":3,"oomKilled":false"#))
      #expect(try container.state == container.exitRecord)
      let log = try container.log
      #expect(log.contains(#"{"log":"out\n","stream":"stdout","#))
      #expect(log.contains(#"{"log":"err\n","stream":"stderr","#))
      #expect(try listDirectory(folder) == ["exit.json", "log", "state.json"])
      #expect(sandbox.calls == ["start", "killRest", "remove"])
    }
  }

  @Test("A program that a signal ended counts as 128 and the signal; a kill for want of memory is told")
  func killedForMemory() throws {
    try withFolder { folder in
      let container = Container(folder)
      let sandbox = SandboxDouble("kill -9 $$")
      sandbox.kills = 2
      let supervisor = Supervisor(container.message, sandbox: sandbox, loop: try EventLoop())
      try supervisor.begin()
      sandbox.kills = 3
      supervisor.run()
      #expect(try container.exitRecord.contains(#""exitCode":137,"oomKilled":true"#))
    }
  }

  @Test("A start that fails is told with its reason, and leaves nothing")
  func failedStart() throws {
    try withFolder { folder in
      let container = Container(folder)
      let sandbox = SandboxDouble("")
      sandbox.failure = LaunchFailure(step: "executing", path: "/bin/app", errno: ENOENT, exitStatus: 127)
      let failure = sandbox.failure!
      #expect(throws: failure) { try container.run(sandbox) }
      let left = try listDirectory(folder)
      #expect(left.isEmpty)
      #expect(sandbox.calls == ["start", "remove"])
    }
  }

  @Test("A program that fails is started again as often as its policy allows, and the log goes on")
  func restarts() throws {
    try withFolder { folder in
      var container = Container(folder)
      container.message.restart.condition = .onFailure
      container.message.restart.maximumRetries = 5
      container.message.restart.delay = 1_000_000
      let sandbox = SandboxDouble("echo one; exit 1", "echo two; exit 2", "echo three")
      try container.run(sandbox)
      #expect(try container.log.split(separator: "\n").count == 3)
      #expect(try container.exitRecord.contains(#""exitCode":0"#))
      #expect(try container.exitRecord.contains(#""restartCount":2"#))
      #expect(sandbox.calls.filter { $0 == "start" }.count == 3)
      #expect(sandbox.calls.filter { $0 == "remove" }.count == 1)
    }
  }

  @Test("A restart that cannot be done is the end, and the record says why")
  func failedRestart() throws {
    try withFolder { folder in
      var container = Container(folder)
      container.message.restart.condition = .always
      container.message.restart.delay = 100_000_000
      let sandbox = SandboxDouble("exit 0")
      let supervisor = Supervisor(container.message, sandbox: sandbox, loop: try EventLoop())
      try supervisor.begin()
      sandbox.failure = LaunchFailure(step: "executing", path: "/bin/app", errno: EACCES, exitStatus: 126)
      supervisor.run()
      #expect(try container.exitRecord.contains(#""exitCode":126"#))
      #expect(try container.exitRecord.contains(#""error":"executing /bin/app: Permission denied""#))
    }
  }

  @Test("A stop sends the stop signal, is answered after the end, and no policy starts it again")
  func stop() throws {
    try withFolder { folder in
      var container = Container(folder)
      container.message.restart.condition = .always
      container.message.stop.signal = SIGUSR1
      let log = container.message.log.path
      let exitRecord = container.message.paths.exitRecord
      try container.run(SandboxDouble("trap 'echo bye; exit 0' USR1; echo ready; while :; do sleep 0.05; done")) {
        Client.wait(for: log) { $0.contains("ready") }
        try $0.send(.stop(signal: 0, timeout: nil))
        #expect(try $0.receive() == [.reply(errno: 0, text: "")])
        #expect(FileStatus.exists(exitRecord), "what is answered has been written down")
      }
      #expect(try container.log.contains("bye"))
      #expect(try container.exitRecord.contains(#""stopRequested":true"#))
    }
  }

  @Test("A program that ignores the stop signal is killed when the time is over")
  func stubborn() throws {
    try withFolder { folder in
      let container = Container(folder)
      let log = container.message.log.path
      try container.run(SandboxDouble("trap '' TERM; echo ready; while :; do sleep 0.05; done")) {
        Client.wait(for: log) { $0.contains("ready") }
        try $0.send(.stop(signal: 0, timeout: 50))
        #expect(try $0.receive() == [.reply(errno: 0, text: "")])
      }
      #expect(try container.exitRecord.contains(#""exitCode":137"#))
    }
  }

  @Test("Pause and resume freeze and thaw, are in the record, and are refused where they make no sense")
  func pausing() throws {
    try withFolder { folder in
      let container = Container(folder)
      let state = container.message.paths.state
      let sandbox = SandboxDouble("while :; do sleep 0.05; done")
      try container.run(sandbox) {
        try $0.send(.pause)
        #expect(try $0.receive { $0.count == 1 } == [.reply(errno: 0, text: "")])
        #expect(try readText(state).contains(#""status":"paused""#))
        try $0.send(.pause, .resume, .resume, .signal(SIGKILL), .wait)
        #expect(
          try $0.receive().map { if case .reply(let errno, _) = $0 { errno } else { -1 } }
            == [EALREADY, 0, EALREADY, 0, -1])
      }
      #expect(sandbox.calls.prefix(3) == ["start", "freeze", "thaw"])
    }
  }

  @Test("What has to be taken away at the end follows the networks that the container is on then")
  func networks() throws {
    try withFolder { folder in
      var container = Container(folder)
      for name in ["first", "second"] { try writeAtomically([], to: "\(folder)/\(name)") }
      container.message.unlinkOnExit = ["\(folder)/first"]
      var networks = NetworksLaunch()
      networks.unlinkOnExit = ["\(folder)/second"]
      let frame = ClientFrame.networks(networks)
      let limit = ClientFrame.limits([CgroupLaunch.Write(path: "memory.max", value: "1")])
      let sandbox = SandboxDouble("while :; do sleep 0.05; done")
      try container.run(sandbox) {
        try $0.send(frame, limit, .signal(SIGKILL))
        #expect(try $0.receive().count == 3)
      }
      #expect(FileStatus.exists("\(folder)/first"))
      #expect(!FileStatus.exists("\(folder)/second"))
      #expect(sandbox.calls.contains("limits [\"memory.max\"]"))
    }
  }
}
