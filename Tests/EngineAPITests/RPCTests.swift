import EngineAPI
import Testing

@Suite struct RPCTests {
  private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex.filter { $0 != " " })
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! }
  }

  @Test("Heads of HTTP/2 are read as RFC 7541's examples C.4 have them, each with what the ones before left")
  func headers() throws {
    var decoder = HeaderDecoder()
    func texts(_ hex: String) throws -> [String] { try decoder.decode(bytes(hex)).map { "\($0.name)=\($0.value)" } }
    #expect(
      try texts("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")
        == [":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com"])
    #expect(
      try texts("8286 84be 5886 a8eb 1064 9cbf").suffix(2) == [":authority=www.example.com", "cache-control=no-cache"])
    #expect(
      try texts("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf").suffix(2)
        == [":authority=www.example.com", "custom-key=custom-value"])
  }

  @Test(
    "What is no head is refused: an index beyond the table, a string that is cut off, Huffman code without an end",
    arguments: ["c6", "0003 6162", "0001 6184 ffff ffff", "ff ffff ffff ff", "3fe2 1f"])
  func malformedHeaders(_ hex: String) {
    var decoder = HeaderDecoder()
    #expect(throws: HeaderDecoder.Malformed.self) { try decoder.decode(bytes(hex)) }
  }

  @Test("Heads that are written can be read, long values too")
  func headersBothWays() throws {
    let fields = [
      HeaderField(":path", "/a.B/C"), HeaderField("x", String(repeating: "ü", count: 200)), HeaderField("e", ""),
    ]
    var decoder = HeaderDecoder()
    #expect(try decoder.decode(HeaderEncoder.encode(fields)) == fields)
  }

  @Test("Frames keep their fields; padding and priority are no content")
  func frames() {
    let frame = HTTP2Frame(.windowUpdate, stream: 77, HTTP2Frame.word(65536))
    let (count, head) = HTTP2Frame.head(frame.bytes.prefix(HTTP2Frame.headCount))
    #expect(count == 4 && head.kind == .windowUpdate && head.stream == 77)
    #expect(HTTP2Frame(.headers, flags: 0x28, [2, 0, 0, 0, 0, 9, 1, 2, 0, 0]).content.map(Array.init) == [1, 2])
    #expect(HTTP2Frame(.data, flags: 8, [9, 1]).content == nil)
    #expect(HTTP2Frame(.settings, [0, 4, 0, 1, 0, 0]).settings.first?.value == 65536)
  }

  @Test("Messages of Protocol Buffers are read and written; those that are cut off are refused")
  func protobuf() throws {
    let message = try ProtobufMessage(bytes("0896 0112 0774 6573 7469 6e67 1d01 0000 00"))
    #expect(message.number(1) == 150 && message.text(2) == "testing" && message.number(3) == 1 && !message.has(4))
    var writer = ProtobufWriter()
    writer.add(1, number: 150)
    writer.add(2, "testing")
    writer.add(3, "")
    writer.add(7, ["a": "1", "b": ""])
    let again = try ProtobufMessage(writer.bytes)
    #expect(again.number(1) == 150 && again.text(2) == "testing" && !again.has(3))
    #expect(try again.texts(7) == ["a": "1", "b": ""])
    for cut in ["08", "1205 61", "12ff ffff ffff ffff ffff 01", "0b", "08ff ffff ffff ffff ffff ff01"] {
      #expect(throws: ProtobufMessage.Problem.self, "\(cut)") { try ProtobufMessage(bytes(cut)) }
    }
  }

  @Test("A status of gRPC survives its way through trailers")
  func status() {
    let status = RPCStatus(.notFound, "50% of\nnothing: ü")
    #expect(RPCStatus(trailers: status.trailers) == status)
    #expect(status.trailers[1].value == "50%25 of%0Anothing: %C3%BC")
  }
}
