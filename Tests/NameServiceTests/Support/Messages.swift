import Glibc
import Linux
import Testing

@testable import NameService

let isRoot = geteuid() == 0
let needsRoot: Comment = "network namespaces need root"

/// A question as a client sends it.
func question(
  _ name: String, _ kind: UInt16 = Query.Kind.address4, id: UInt16 = 0x1234, optionsLimit: UInt16? = nil
) -> [UInt8] {
  func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }
  var message = bytes(id) + bytes(0x0100) + bytes(1) + bytes(0) + bytes(0) + bytes(optionsLimit == nil ? 0 : 1)
  for label in name.split(separator: ".") { message += [UInt8(label.utf8.count)] + label.utf8 }
  message += [0] + bytes(kind) + bytes(1)
  if let optionsLimit { message += [0] + bytes(41) + bytes(optionsLimit) + [0, 0, 0, 0, 0, 0] }
  return message
}

func query(_ name: String, _ kind: UInt16 = Query.Kind.address4) throws -> Query {
  guard case .query(let query) = Query.parse(question(name, kind)) else { throw Unreadable() }
  return query
}

struct Unreadable: Error {}

/// What an answer says: code, and addresses or names.
struct Answer: Equatable, CustomStringConvertible {
  var code: UInt16
  var isTruncated: Bool
  var records: [String]

  var description: String { "\(code) \(records)" + (isTruncated ? " truncated" : "") }

  init(_ code: UInt16, _ records: [String] = [], isTruncated: Bool = false) {
    self.code = code
    self.records = records
    self.isTruncated = isTruncated
  }

  init(_ message: [UInt8]) throws {
    guard let header = Header(message), header.isResponse else { throw Unreadable() }
    code = header.code.rawValue
    isTruncated = header.isTruncated
    records = []
    var offset = Header.length
    for _ in 0..<header.questions {
      guard DomainName.skip(in: message, at: &offset) else { throw Unreadable() }
      offset += 4
    }
    for _ in 0..<header.answers {
      guard DomainName.skip(in: message, at: &offset), offset + 10 <= message.count else { throw Unreadable() }
      let kind = UInt16(message[offset]) << 8 | UInt16(message[offset + 1])
      let length = Int(message[offset + 8]) << 8 | Int(message[offset + 9])
      offset += 10
      if kind == Query.Kind.pointer {
        var start = offset
        records.append(DomainName(in: message, at: &start)?.text ?? "?")
      } else {
        records.append(IPAddress(bytes: message[offset..<offset + length])?.description ?? "?")
      }
      offset += length
    }
  }
}

/// A folder that is gone with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/davit-names-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func write(_ text: String, to name: String) throws { try writeAtomically(Array(text.utf8), to: "\(path)/\(name)") }
  func remove(_ name: String) throws { try Descriptor.open(path, .anchor).unlink(name) }

  deinit { try? removeTree(path) }
}
