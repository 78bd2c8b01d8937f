import Testing

@testable import NameService

@Suite("Names on the wire")
struct DomainNameTests {
  private let header = [UInt8](repeating: 0, count: 12)

  @Test("a name is read without regard to case, and the offset ends up behind it")
  func plain() throws {
    let message = header + [3] + "WeB".utf8 + [4] + "Shop".utf8 + [0, 0xff]
    var offset = 12
    #expect(DomainName(in: message, at: &offset)?.text == "web.shop")
    #expect(offset == message.count - 1)
  }

  @Test("a pointer leads backwards to the rest of a name")
  func pointer() throws {
    let message = header + [4] + "shop".utf8 + [0] + [2] + "db".utf8 + [0xc0, 12]
    var offset = 18
    #expect(DomainName(in: message, at: &offset)?.text == "db.shop")
    #expect(offset == message.count)
  }

  @Test(
    "names that lead nowhere are refused",
    arguments: [
      [0xc0, 12],  // itself
      [0xc0, 14, 0xc0, 12],  // to and fro
      [1, 0x61, 0xc0, 12],  // back to its own beginning
      [0xc0, 0xff],  // beyond the message
      [0xc0, 2],  // into the header
      [0xc0],  // half a pointer
      [5, 0x61],  // half a label
      [0x40, 0x61, 0],  // a reserved kind of label
      [3, 0x61, 0x2e, 0x62, 0],  // a dot inside a label
      [],
    ] as [[UInt8]])
  func refused(bytes: [UInt8]) {
    var offset = 12
    #expect(DomainName(in: header + bytes, at: &offset) == nil)
  }

  @Test("a name of more than 255 bytes is refused")
  func tooLong() {
    var offset = 12
    let label = [UInt8(63)] + [UInt8](repeating: 0x61, count: 63)
    #expect(DomainName(in: header + label + label + label + label + [0], at: &offset) == nil)
    offset = 12
    #expect(DomainName(in: header + label + label + label + [0], at: &offset) != nil)
  }

  @Test("a domain is taken off the end of a name, whole labels only")
  func domain() {
    #expect(DomainName("db.corp.example").removing(domain: DomainName("corp.example."))?.text == "db")
    #expect(DomainName("dbcorp.example").removing(domain: DomainName("corp.example")) == nil)
    #expect(DomainName("corp.example").removing(domain: DomainName("corp.example")) == nil)
  }
}
