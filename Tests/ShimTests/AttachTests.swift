import Glibc
import Launch
import Linux
import Testing

@testable import Shim

@Suite struct AttachTests {
  @Test("A client that is there from the beginning misses nothing, and hears of the end")
  func firstClient() throws {
    try withFolder { folder in
      var container = Container(folder)
      let (mine, theirs) = try UnixSocket.pair()
      container.message.streams.firstClient = theirs.release()
      try mine.writeAll(ClientFrame.hello([.stdout, .stderr]).encoded())
      try container.run(SandboxDouble("sleep 0.1; echo out; echo err >&2; exit 4"))
      var reader = FrameReader()
      reader.append(try mine.readAll())
      var frames: [ShimFrame] = []
      while let frame = try reader.nextShimFrame() { frames.append(frame) }
      #expect(output(frames) == "out\n")
      #expect(output(frames, stderr: true) == "err\n")
      #expect(frames.last == .exited(code: 4, oomKilled: false))
    }
  }

  @Test("What a client types reaches the program, and its leaving ends the input where that was asked for")
  func input() throws {
    try withFolder { folder in
      var container = Container(folder)
      container.message.streams.stdinOpen = true
      container.message.streams.stdinOnce = true
      try container.run(SandboxDouble("cat; echo end")) {
        try $0.send(.hello([.stdin, .stdout]), .stdin(Array("hello\n".utf8)), .endOfInput)
        let frames = try $0.receive()
        #expect(output(frames) == "hello\nend\n")
        #expect(frames.last == .exited(code: 0, oomKilled: false))
      }
    }
  }

  @Test("More input than the program reads makes its sender wait, while others are heard")
  func muchInput() throws {
    try withFolder { folder in
      var container = Container(folder)
      container.message.streams.stdinOpen = true
      container.message.streams.stdinOnce = true
      let gate = "\(folder)/gate"
      try container.run(SandboxDouble("while ! test -e \(gate); do sleep 0.02; done; wc -c")) { client in
        let sender = try Thread.spawn {
          try client.send(.hello(.stdin))
          for _ in 0..<40 { try client.send(.stdin([UInt8](repeating: 65, count: 50_000))) }
          try client.send(.endOfInput)
        }
        let other = try Client(client.path)
        try other.send(.hello(.stdout), .signal(0))
        #expect(try other.receive { !$0.isEmpty } == [.reply(errno: 0, text: "")])
        try writeAtomically([], to: gate)
        #expect(output(try other.receive()).contains("2000000"))
        try sender.join()
      }
    }
  }

  @Test("A terminal carries input and output, and has the size that a client gave it")
  func terminal() throws {
    try withFolder { folder in
      var container = Container(folder)
      container.message.container.process.terminal = true
      container.message.streams.stdinOpen = true
      try container.run(SandboxDouble("read line; stty size; echo got $line")) {
        try $0.send(.hello([.stdin, .stdout]), .resize(rows: 33, columns: 101), .stdin(Array("abc\n".utf8)))
        let text = output(try $0.receive())
        #expect(text.contains("33 101\r\n"))
        #expect(text.contains("got abc\r\n"))
      }
      #expect(try container.log.contains(#"{"log":"got abc\r\n","stream":"stdout""#))
    }
  }

  @Test("A client that does not read never makes the container wait, and is told what it missed")
  func slowClient() throws {
    try withFolder { folder in
      let container = Container(folder)
      let (log, gate) = (container.message.log.path, "\(folder)/gate")
      let script = """
        while ! test -e \(gate); do sleep 0.02; done
        head -c 3000000 /dev/zero | tr '\\0' a; echo; echo done
        while test -e \(gate); do sleep 0.02; done; echo more
        """
      try container.run(SandboxDouble(script)) {
        try $0.send(.hello(.stdout), .signal(0))
        _ = try $0.receive { !$0.isEmpty }
        try writeAtomically([], to: gate)
        Client.wait(for: log) { $0.contains("done") }
        unlink(gate)
        let frames = try $0.receive()
        var missed: UInt64 = 0
        for case .skipped(let count) in frames { missed += count }
        #expect(missed > 1_000_000)
        #expect(UInt64(output(frames).utf8.count) + missed == 3_000_001 + 5 + 5)
        #expect(frames.last == .exited(code: 0, oomKilled: false))
      }
    }
  }

  @Test("A lossless client that reads slowly gets every byte, also those of a program that has ended")
  func losslessClient() throws {
    try withFolder { folder in
      var container = Container(folder)
      container.message.log.driver = .none
      let (mine, theirs) = try UnixSocket.pair()
      container.message.streams.firstClient = theirs.release()
      try mine.writeAll(ClientFrame.hello([.stdout, .lossless]).encoded())
      let reader = try Thread.spawn {
        var reader = FrameReader()
        var count = 0
        while true {
          Monotonic.sleep(nanoseconds: 1_000_000)
          let bytes = try mine.read(upTo: 50_000)
          if bytes.isEmpty { return count }
          reader.append(bytes)
          while let frame = try reader.nextShimFrame() { if case .stdout(let bytes) = frame { count += bytes.count } }
        }
      }
      try container.run(SandboxDouble("head -c 5000000 /dev/zero"))
      #expect(try reader.join() == 5_000_000)
    }
  }

  @Test("A client that talks nonsense is shown the door, and the others do not notice")
  func nonsense() throws {
    try withFolder { folder in
      try Container(folder).run(SandboxDouble("while :; do sleep 0.05; done")) {
        try $0.socket.writeAll([255, 1, 0, 0, 0, 0])
        #expect(try $0.receive().isEmpty)
        let other = try Client($0.path)
        try other.send(.signal(SIGKILL), .wait)
        #expect(try other.receive() == [.reply(errno: 0, text: ""), .exited(code: 137, oomKilled: false)])
      }
    }
  }
}
