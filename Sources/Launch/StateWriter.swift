extension StateRecord {
  /// The record as JSON with a final line feed. Written by hand because nothing that the shim links may bring
  /// Foundation with it; `Codable` reads it back.
  public func json() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { object in
      object.member("version", Int64(version))
      object.member("pid", Int64(pid))
      object.member("startTime", Int64(clamping: startTime))
      object.member("shimPid", Int64(shimPid))
      object.member("shimStartTime", Int64(clamping: shimStartTime))
      object.member("status", status.rawValue)
      object.member("startedAt", startedAt)
      object.member("finishedAt", finishedAt)
      object.member("exitCode", Int64(exitCode))
      object.member("oomKilled", oomKilled)
      object.member("error", error)
      object.member("restartCount", Int64(restartCount))
      object.member("stopRequested", stopRequested)
      if let health { object.member("health") { health.write(to: &$0) } }
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }
}

extension HealthRecord {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { object in
      object.member("status", status.rawValue)
      object.member("failingStreak", Int64(failingStreak))
      object.member("log") { value in
        value.array(log) { result, entry in
          entry.object { object in
            object.member("start", result.start)
            object.member("end", result.end)
            object.member("exitCode", Int64(result.exitCode))
            object.member("output", result.output)
          }
        }
      }
    }
  }
}

/// As much JSON as a state record needs.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  mutating func object(_ members: (inout JSONWriter) -> Void) {
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
    members(&self)
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  mutating func array<Element>(_ elements: [Element], _ write: (Element, inout JSONWriter) -> Void) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write(element, &self)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func member(_ name: String, _ value: (inout JSONWriter) -> Void) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    string(name)
    bytes.append(UInt8(ascii: ":"))
    value(&self)
    needsComma = true
  }

  mutating func member(_ name: String, _ value: Int64) { member(name) { $0.bytes += "\(value)".utf8 } }

  mutating func member(_ name: String, _ value: Bool) {
    member(name) { $0.bytes += (value ? "true" : "false").utf8 }
  }

  mutating func member(_ name: String, _ value: String) { member(name) { $0.string(value) } }

  /// RFC 8259, section 7.
  private mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += "\\u00".utf8
        bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
