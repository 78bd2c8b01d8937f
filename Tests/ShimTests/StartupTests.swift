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
    let (reading, writing) = try Descriptor.pipe()
    let writer = try Thread.spawn {
      for start in stride(from: 0, to: bytes.count, by: 1_000) {
        try writing.writeAll(bytes[start..<min(start + 1_000, bytes.count)])
      }
    }
    let read = try #require(try Startup.readMessage(reading, length: LaunchMessage.length))
    #expect(try LaunchMessage(decoding: read) == message)
    try writer.join()
  }

  @Test("A message whose sender vanished is none, and one that makes no sense is an error")
  func brokenMessages() throws {
    let whole = LaunchMessage().encoded()
    for count in [0, 5, whole.count - 1] {
      let file = try Descriptor.memoryFile("test", Array(whole.prefix(count)))
      #expect(try Startup.readMessage(file, length: LaunchMessage.length) == nil)
    }
    let file = try Descriptor.memoryFile("test", [UInt8](repeating: 7, count: 100))
    #expect(throws: WireError.notAMessage) { try Startup.readMessage(file, length: LaunchMessage.length) }
  }

  @Test("Every descriptor that a message names is kept open")
  func descriptors() {
    var message = LaunchMessage()
    message.container.namespaces = [NamespaceLaunch(.network, join: 5), NamespaceLaunch(.pid)]
    var mount = MountLaunch()
    mount.sourceDescriptor = 6
    mount.sourceNamespace = 9
    message.container.mounts = [mount, MountLaunch()]
    var port = PortLaunch()
    port.descriptor = 7
    message.ports = [port]
    message.streams.firstClient = 8
    #expect(message.descriptors.sorted() == [5, 6, 7, 8, 9])
  }
}
