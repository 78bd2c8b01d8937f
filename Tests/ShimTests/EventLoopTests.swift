import Glibc
import Linux
import Testing

@testable import Shim

@Suite struct EventLoopTests {
  /// What handlers were called with.
  private final class Calls { var names: [String] = [] }

  @Test("A descriptor that nothing is wanted of wakes nobody, even when its other side is gone")
  func nothingWanted() throws {
    let loop = try EventLoop()
    let calls = Calls()
    let (reading, writing) = try Descriptor.pipe()
    try loop.watch(reading.raw, .readable) { _ in calls.names.append("pipe") }
    loop.change(reading.raw, [])
    writing.close()
    loop.after(20_000_000) { loop.stop() }
    loop.run()
    #expect(calls.names.isEmpty)
    loop.change(reading.raw, .readable)
    loop.turn()
    #expect(calls.names == ["pipe"])
  }

  @Test("What is called later is called once, in its turn, and alarms can be taken back")
  func later() throws {
    let loop = try EventLoop()
    let calls = Calls()
    loop.after(30_000_000) {
      calls.names.append("second")
      loop.stop()
    }
    loop.after(1_000_000) { calls.names.append("first") }
    loop.onAlarm(.health) { calls.names.append("health") }
    loop.set(.health, at: Monotonic.now + 5_000_000)
    loop.set(.health, at: nil)
    loop.onAlarm(.drain) { calls.names.append("drain") }
    loop.set(.drain, at: Monotonic.now)
    loop.run()
    #expect(calls.names == ["drain", "first", "second"])
  }

  @Test("An event of a descriptor that was closed meanwhile is not taken for one of its successor's")
  func successor() throws {
    let loop = try EventLoop()
    let calls = Calls()
    let (first, second) = (try Descriptor.pipe(), try Descriptor.pipe())
    var successor: (reading: Descriptor, writing: Descriptor)?
    for (mine, other) in [(first, second), (second, first)] {
      try loop.watch(mine.reading.raw, .readable) { _ in
        calls.names.append("called")
        loop.forget(mine.reading.raw)
        loop.forget(other.reading.raw)
        other.reading.close()
        successor = try? Descriptor.pipe()
        try? loop.watch(successor!.reading.raw, .readable) { _ in calls.names.append("successor") }
      }
    }
    try first.writing.writeAll("x")
    try second.writing.writeAll("x")
    loop.turn()
    #expect(calls.names == ["called"])
    withExtendedLifetime(successor) {}
  }

  @Test("A listener without room lets clients wait, and takes them when there is room again")
  func listener() throws {
    try withFolder { folder in
      let loop = try EventLoop()
      let calls = Calls()
      var room = 1
      let socket = try UnixSocket.listen("\(folder)/socket")
      let listener = try Listener(socket, loop: loop, hasRoom: { room > 0 }) { _ in
        room -= 1
        calls.names.append("client")
      }
      let clients = try (0..<3).map { _ in try UnixSocket.connect("\(folder)/socket") }
      loop.after(20_000_000) { loop.stop() }
      loop.run()
      #expect(calls.names.count == 1)
      room = 2
      listener.resume()
      loop.turn()
      #expect(calls.names.count == 3)
      withExtendedLifetime(clients) {}
    }
  }
}
