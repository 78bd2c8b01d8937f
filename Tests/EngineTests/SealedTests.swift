import Diagnostics
import Testing

@testable import Engine

@Suite struct SealedTests {
  @Test("What was written is read back")
  func roundTrip() throws {
    let volume = ["a": "x/y", "b": "\u{e9}\"\n"]
    #expect(try Sealed.decode([String: String].self, from: Sealed.encode(volume)) == volume)
  }

  @Test("A file that was cut short at any byte is recognised")
  func cut() throws {
    let whole = try Sealed.encode(["name": "data"])
    for length in 0..<whole.count {
      #expect(throws: Failure.self) { try Sealed.decode([String: String].self, from: Array(whole[..<length])) }
    }
  }

  @Test("A file with any one byte changed is recognised, zeros too")
  func changed() throws {
    let whole = try Sealed.encode(["name": "data"])
    for index in whole.indices {
      for value in [UInt8(0), whole[index] ^ 1] {
        var copy = whole
        copy[index] = value
        #expect(throws: Failure.self) { try Sealed.decode([String: String].self, from: copy) }
      }
    }
  }
}
