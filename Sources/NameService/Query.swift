/// The fixed part of a DNS message. RFC 1035 §4.1.1
struct Header: Hashable, Sendable {
  static let length = 12

  var id: UInt16
  var flags: UInt16
  var questions: UInt16
  var answers: UInt16
  var authorities: UInt16
  var additionals: UInt16

  static let response: UInt16 = 0x8000
  static let truncated: UInt16 = 0x0200
  static let recursionDesired: UInt16 = 0x0100
  static let recursionAvailable: UInt16 = 0x0080

  init?(_ message: [UInt8]) {
    guard message.count >= Header.length else { return nil }
    func number(_ index: Int) -> UInt16 { UInt16(message[index]) << 8 | UInt16(message[index + 1]) }
    id = number(0)
    flags = number(2)
    questions = number(4)
    answers = number(6)
    authorities = number(8)
    additionals = number(10)
  }

  var isResponse: Bool { flags & Header.response != 0 }
  var isTruncated: Bool { flags & Header.truncated != 0 }
  var operation: UInt16 { flags >> 11 & 0xf }
  var code: ResponseCode { ResponseCode(rawValue: flags & 0xf) }
}

/// RCODE. RFC 1035 §4.1.1
struct ResponseCode: RawRepresentable, Hashable, Sendable {
  var rawValue: UInt16

  static let success = ResponseCode(rawValue: 0)
  static let formatError = ResponseCode(rawValue: 1)
  static let serverFailure = ResponseCode(rawValue: 2)
  static let noSuchName = ResponseCode(rawValue: 3)
  static let notImplemented = ResponseCode(rawValue: 4)
  static let refused = ResponseCode(rawValue: 5)
}

/// A question that a client asked.
struct Query: Hashable, Sendable {
  enum Kind {
    static let address4: UInt16 = 1
    static let pointer: UInt16 = 12
    static let address6: UInt16 = 28
    static let options: UInt16 = 41
    static let any: UInt16 = 255
  }

  var header: Header
  var name: DomainName
  var kind: UInt16
  var networkClass: UInt16
  /// The whole message, as it is forwarded.
  var message: [UInt8]
  /// Where the question ends.
  var questionEnd: Int
  /// Bytes that the client takes in one datagram: 512, or what its EDNS record says (RFC 6891).
  var datagramLimit = 512
  var hasOptions = false

  enum Outcome {
    case query(Query)
    /// It can be answered only with this code.
    case refusal(ResponseCode)
    /// Nothing that could be answered.
    case noise
  }

  static func parse(_ message: [UInt8]) -> Outcome {
    guard let header = Header(message), !header.isResponse else { return .noise }
    guard header.operation == 0 else { return .refusal(.notImplemented) }
    guard header.questions == 1 else { return .refusal(.formatError) }
    var offset = Header.length
    guard let name = DomainName(in: message, at: &offset), offset + 4 <= message.count else {
      return .refusal(.formatError)
    }
    func number(_ index: Int) -> UInt16 { UInt16(message[index]) << 8 | UInt16(message[index + 1]) }
    var query = Query(
      header: header, name: name, kind: number(offset), networkClass: number(offset + 2), message: message,
      questionEnd: offset + 4)
    offset += 4
    let records = Int(header.answers) + Int(header.authorities) + Int(header.additionals)
    for _ in 0..<records {
      guard DomainName.skip(in: message, at: &offset), offset + 10 <= message.count else {
        return .refusal(.formatError)
      }
      let length = Int(number(offset + 8))
      guard offset + 10 + length <= message.count else { return .refusal(.formatError) }
      if number(offset) == Kind.options {
        query.hasOptions = true
        query.datagramLimit = max(512, Int(number(offset + 2)))
      }
      offset += 10 + length
    }
    return .query(query)
  }

  /// The question section as it was asked, to tell whether an answer belongs to it.
  var question: ArraySlice<UInt8> { message[Header.length..<questionEnd] }

  /// Whether a message from a resolver answers this question: a response with the expected number and the same question.
  func isAnswered(by message: [UInt8], id: UInt16) -> Bool {
    guard let header = Header(message), header.isResponse, header.id == id else { return false }
    // A resolver that did not understand the question may leave it out.
    if header.questions == 0 { return header.code != .success }
    var offset = Header.length
    guard let name = DomainName(in: message, at: &offset), name == self.name, offset + 4 <= message.count else {
      return false
    }
    return message[offset..<offset + 4] == self.message[(questionEnd - 4)..<questionEnd]
  }
}

extension [UInt8] {
  /// The same message with another number.
  func withID(_ id: UInt16) -> [UInt8] {
    var copy = self
    copy[0] = UInt8(id >> 8)
    copy[1] = UInt8(truncatingIfNeeded: id)
    return copy
  }
}
