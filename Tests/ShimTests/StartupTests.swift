import Launch
import Linux
import Testing

@testable import Shim

@Suite struct StartupTests {
  @Test("A message is read whole, however it arrives")
  func message() throws {
    var message = LaunchMessage()
    message.container.process.environment = (0..<5_000).map { "NAME\($0)=value" }
    let bytes = message.encoded()
    let (reading, writing) = try UnixSocket.pair()
    let writer = try Thread.spawn {
      for start in stride(from: 0, to: bytes.count, by: 1_000) {
        try writing.sendAll(Array(bytes[start..<min(start + 1_000, bytes.count)]), passing: [])
      }
    }
    let read = try #require(try Startup.receiveMessage(reading, length: LaunchMessage.length))
    #expect(try LaunchMessage(decoding: read) == message)
    try writer.join()
  }

  @Test("A message whose sender vanished is none, and one that makes no sense is an error")
  func brokenMessages() throws {
    func received(_ bytes: [UInt8]) throws -> [UInt8]? {
      let (reading, writing) = try UnixSocket.pair()
      try writing.sendAll(bytes, passing: [])
      writing.close()
      return try Startup.receiveMessage(reading, length: LaunchMessage.length)
    }
    let whole = LaunchMessage().encoded()
    for count in [0, 5, whole.count - 1] { #expect(try received(Array(whole.prefix(count))) == nil) }
    #expect(throws: WireError.notAMessage) { try received([UInt8](repeating: 7, count: 100)) }
  }
}
