import Linux

/// Writes answers. Records name the question by a pointer, which is the only compression that they need.
enum Response {
  /// Seconds for which an answer may be kept: short, because a container that is replaced gets another address.
  static let lifetime: UInt32 = 5

  enum Record: Hashable, Sendable {
    case address(IPAddress)
    case pointer(DomainName)
  }

  /// An answer with as many records as fit; when some do not, it says so (TC), and the client asks again over TCP.
  static func message(
    to query: Query, _ code: ResponseCode = .success, records: [Record] = [], limit: Int = .max
  ) -> [UInt8] {
    let options: [UInt8] = query.hasOptions ? optionsRecord : []
    var body: [UInt8] = []
    var count: UInt16 = 0
    var truncated = false
    for record in records {
      guard let bytes = wire(record) else { continue }
      if query.questionEnd + body.count + bytes.count + options.count > min(limit, 65535) {
        truncated = true
        break
      }
      body += bytes
      count += 1
    }
    var message = header(
      query.header, code, truncated: truncated, questions: 1, answers: count, additionals: options.isEmpty ? 0 : 1)
    message += query.question
    message += body
    message += options
    return message
  }

  /// An answer to a message whose question could not be read.
  static func refusal(of message: [UInt8], _ code: ResponseCode) -> [UInt8]? {
    Header(message).map { header($0, code, truncated: false, questions: 0, answers: 0, additionals: 0) }
  }

  private static func header(
    _ request: Header, _ code: ResponseCode, truncated: Bool, questions: UInt16, answers: UInt16, additionals: UInt16
  ) -> [UInt8] {
    var flags = Header.response | Header.recursionAvailable | code.rawValue
    flags |= request.flags & (0x7800 | Header.recursionDesired)
    if truncated { flags |= Header.truncated }
    return [request.id, flags, questions, answers, 0, additionals].flatMap(bytes)
  }

  private static func wire(_ record: Record) -> [UInt8]? {
    let kind: UInt16
    let data: [UInt8]
    switch record {
    case .address(let address):
      kind = address.family == .v4 ? Query.Kind.address4 : Query.Kind.address6
      data = address.bytes
    case .pointer(let name):
      guard let wire = name.wire else { return nil }
      kind = Query.Kind.pointer
      data = wire
    }
    return [0xc0, UInt8(Header.length)] + bytes(kind) + bytes(UInt16(1)) + bytes(lifetime) + bytes(UInt16(data.count))
      + data
  }

  /// An EDNS record of version 0 that takes datagrams of 1232 bytes.
  private static let optionsRecord: [UInt8] =
    [0] + bytes(Query.Kind.options) + bytes(UInt16(1232)) + bytes(UInt32(0)) + [0, 0]

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
