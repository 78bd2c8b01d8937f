import Testing

@testable import NameService

@Suite("Questions and answers")
struct QueryTests {
  @Test("an answer repeats the number and the question, and says that recursion is available")
  func answer() throws {
    let query = try query("web")
    let message = Response.message(to: query, records: [.address(.v4(0xac12_0002))])
    #expect(
      message == [
        0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0,
        3, 0x77, 0x65, 0x62, 0, 0, 1, 0, 1,
        0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 172, 18, 0, 2,
      ])
  }

  @Test("more records than a datagram takes are cut, and the answer says so")
  func truncated() throws {
    let records = (0..<50).map { Response.Record.address(.v4(0xac12_0000 + UInt32($0))) }
    let query = try query("web")
    let short = Response.message(to: query, records: records, limit: query.datagramLimit)
    #expect(short.count <= 512)
    #expect(try Answer(short).isTruncated)
    #expect(try Answer(short).records.count == 30)
    let whole = Response.message(to: query, records: records)
    #expect(try Answer(whole).isTruncated == false)
    #expect(try Answer(whole).records.count == 50)
  }

  @Test("a client that takes larger datagrams gets larger ones, with an EDNS record of our own")
  func options() throws {
    guard case .query(let query) = Query.parse(question("web", optionsLimit: 1232)) else { throw Unreadable() }
    #expect(query.datagramLimit == 1232)
    let records = (0..<50).map { Response.Record.address(.v4(0xac12_0000 + UInt32($0))) }
    let message = Response.message(to: query, records: records, limit: query.datagramLimit)
    #expect(try Answer(message).records.count == 50)
    #expect(Header(message)?.additionals == 1)
  }

  @Test("what cannot be a question is refused or passed over")
  func refused() {
    func code(_ message: [UInt8]) -> UInt16? {
      if case .refusal(let code) = Query.parse(message) { code.rawValue } else { nil }
    }
    var twoQuestions = question("web")
    twoQuestions[5] = 2
    #expect(code(twoQuestions) == 1)
    var update = question("web")
    update[2] = 5 << 3
    #expect(code(update) == 4)
    #expect(code(Array(question("web").dropLast(3))) == 1)
    for noise in [[], [0, 1, 2], question("web").withResponseBit] as [[UInt8]] {
      if case .noise = Query.parse(noise) { continue }
      Issue.record("\(noise) was not passed over")
    }
  }

  @Test("no message, however broken, does more than being refused")
  func fuzz() {
    var generator = SystemRandomNumberGenerator()
    let seeds = [question("web.shop", optionsLimit: 4096), question("2.0.18.172.in-addr.arpa", Query.Kind.pointer)]
    for round in 0..<20_000 {
      var message = seeds[round % 2]
      for _ in 0..<Int.random(in: 1...6) {
        switch Int.random(in: 0..<4) {
        case 0: message.removeLast(min(message.count, Int.random(in: 0..<8)))
        case 1: message.append(generator.next())
        case 2: message += [0xc0, UInt8(Int.random(in: 0..<64))]
        default: if !message.isEmpty { message[Int.random(in: message.indices)] = generator.next() }
        }
      }
      switch Query.parse(message) {
      case .noise: break
      case .refusal(let code): _ = Response.refusal(of: message, code)
      case .query(let query):
        let answer = Response.message(to: query, records: [.address(.v4(1))], limit: query.datagramLimit)
        #expect(Header(answer)?.id == query.header.id)
        #expect(query.isAnswered(by: answer, id: query.header.id))
        _ = query.isAnswered(by: message, id: 0)
      }
    }
  }

  @Test("only a response with the same number and the same question is an answer")
  func belongs() throws {
    let query = try query("www.example.org")
    let right = Response.message(to: query, records: [])
    #expect(query.isAnswered(by: right, id: 0x1234))
    #expect(!query.isAnswered(by: right, id: 0x1235))
    #expect(!query.isAnswered(by: query.message, id: 0x1234))
    #expect(!query.isAnswered(by: Response.message(to: try self.query("www.example.net")), id: 0x1234))
    #expect(!query.isAnswered(by: Response.message(to: try self.query("www.example.org", 28)), id: 0x1234))
  }

  private func query(_ name: String, _ kind: UInt16 = 1) throws -> Query {
    try NameServiceTests.query(name, kind)
  }
}

extension [UInt8] {
  fileprivate var withResponseBit: [UInt8] {
    var copy = self
    copy[2] |= 0x80
    return copy
  }
}
