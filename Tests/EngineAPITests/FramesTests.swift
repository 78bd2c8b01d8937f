import EngineAPI
import Testing

@Suite struct FramesTests {
  @Test("Output is framed with its stream and its length, big-endian")
  func multiplexed() {
    #expect(
      StreamFrame.encode(Array("hello".utf8), .standardError) == [2, 0, 0, 0, 0, 0, 0, 5] + Array("hello".utf8))
  }

  @Test("Masked frames are read as they arrive, byte by byte")
  func webSocket() throws {
    let mask: [UInt8] = [1, 2, 3, 4]
    let payload = Array("input".utf8)
    let frame = [0x82, 0x80 | 5] + mask + payload.enumerated().map { $1 ^ mask[$0 & 3] }
    var reader = WebSocketReader()
    for byte in frame.dropLast() {
      reader.append([byte])
      #expect(try reader.next() == nil)
    }
    reader.append([frame.last!])
    #expect(try reader.next() == .data(payload))
  }

  @Test("A client's frame without a mask, or one of gigabytes, is refused")
  func hostile() {
    var unmasked = WebSocketReader()
    unmasked.append([0x82, 1, 65])
    #expect(throws: APIError.self) { try unmasked.next() }
    var huge = WebSocketReader()
    huge.append([0x82, 0xFF, 0, 0, 0, 2, 0, 0, 0, 0])
    #expect(throws: APIError.self) { try huge.next() }
  }

  @Test("The handshake's digest is that of the RFC's example")
  func digest() {
    let accept = SHA1.digest(Array(("dGhlIHNhbXBsZSBub25jZQ==" + WebSocketFrame.magic).utf8))
    #expect(accept.prefix(4) == [0xB3, 0x7A, 0x4F, 0x2C])
  }

  @Test("Detach keys are read as the command line names them")
  func detachKeys() throws {
    #expect(try DetachKeysText.parse(nil) == [16, 17])
    #expect(try DetachKeysText.parse("a,ctrl-a,ctrl-@,ctrl-_") == [97, 1, 0, 31])
    #expect(throws: APIError.self) { try DetachKeysText.parse("ctrl-") }
  }
}
