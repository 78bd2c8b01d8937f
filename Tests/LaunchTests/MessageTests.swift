import SeededRandom
import Testing

@testable import Launch

@Suite struct MessageTests {
  @Test("A launch message arrives with every field as it was sent")
  func launchRoundTrip() throws {
    let message = fullMessage()
    #expect(try LaunchMessage(decoding: message.encoded()) == message)
    #expect(try LaunchMessage(decoding: LaunchMessage().encoded()) == LaunchMessage())
  }

  @Test("No field of the sample has its default, so that none can be forgotten on the wire")
  func sampleIsFull() {
    func check(_ value: Any, _ standard: Any, _ path: String) {
      let (full, plain) = (Mirror(reflecting: value), Mirror(reflecting: standard))
      guard full.displayStyle == .struct, !full.children.isEmpty else {
        #expect("\(value)" != "\(standard)", "\(path) has its default")
        return
      }
      for (a, b) in zip(full.children, plain.children) { check(a.value, b.value, "\(path).\(a.label ?? "")") }
    }
    check(fullMessage(), LaunchMessage(), "message")
    check(fullExec(), ExecMessage(), "exec")
    check(fullMessage().health!, HealthLaunch(), "health")
    check(fullMessage().dns!, DNSLaunch(), "dns")
    check(fullMessage().ports[0], PortLaunch(), "port")
    check(fullContainer().mounts[0], MountLaunch(), "mount")
    check(fullContainer().devices[0], DeviceLaunch(), "device")
  }

  @Test("An exec message arrives with every field as it was sent")
  func execRoundTrip() throws {
    let message = fullExec()
    #expect(try ExecMessage(decoding: message.encoded()) == message)
  }

  @Test("Both answers of a shim arrive as they were sent")
  func reportRoundTrip() throws {
    let failure = LaunchFailure(step: "mounting volume data on", path: "/data", errno: 2, exitStatus: 126)
    for report: LaunchReport in [.started(pid: 7, startTime: 1 << 40), .failed(failure), .console] {
      #expect(try LaunchReport(decoding: report.encoded()) == report)
    }
    #expect(failure.description == "mounting volume data on /data: No such file or directory")
    #expect(LaunchFailure(step: "applying limits").description == "applying limits")
  }

  @Test("A message that was cut off anywhere is recognised, and never taken for a whole one")
  func truncation() throws {
    let bytes = fullMessage().encoded()
    #expect(try LaunchMessage.length(of: bytes) == bytes.count)
    for end in 0..<bytes.count {
      #expect(throws: WireError.truncated) { try LaunchMessage(decoding: Array(bytes[..<end])) }
      let length = try LaunchMessage.length(of: Array(bytes[..<end]))
      #expect(length == (end < Envelope.size ? nil : bytes.count))
    }
  }

  @Test("A message of another build, of another kind, or followed by more is refused")
  func strangers() {
    var bytes = LaunchMessage().encoded()
    #expect(throws: WireError.invalid) { try ExecMessage(decoding: bytes) }
    #expect(throws: WireError.invalid) { try LaunchMessage(decoding: bytes + [0]) }
    bytes[6] = 99
    #expect(throws: WireError.version(99)) { try LaunchMessage(decoding: bytes) }
    bytes[0] ^= 1
    #expect(throws: WireError.notAMessage) { try LaunchMessage(decoding: bytes) }
  }

  @Test("A text that is not UTF-8, or hides a NUL, is refused")
  func texts() {
    var message = LaunchMessage()
    message.paths.state = "a\0b"
    let bytes = message.encoded()
    #expect(throws: WireError.invalid) { try LaunchMessage(decoding: bytes) }
    message.paths.state = "axb"
    var broken = message.encoded()
    broken[broken.firstIndex(of: UInt8(ascii: "x"))!] = 0xFF
    #expect(throws: WireError.invalid) { try LaunchMessage(decoding: broken) }
  }

  @Test("Whatever bytes arrive, reading ends with a value or an error")
  func fuzz() {
    var random = Seeded(1)
    let original = fullMessage().encoded()
    for _ in 0..<20_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: Envelope.size..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let message = try? LaunchMessage(decoding: bytes) else { continue }
      // What was accepted has one meaning only.
      #expect(message.encoded() == bytes)
    }
  }
}
