import EngineAPI
import Testing

@Suite struct RPCTests {
  private func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex.filter { $0 != " " })
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! }
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
    let trailers = status.trailers
    #expect(RPCStatus(status: trailers[0].value, message: trailers[1].value) == status)
    #expect(trailers[1].value == "50%25 of%0Anothing: %C3%BC")
  }
}
