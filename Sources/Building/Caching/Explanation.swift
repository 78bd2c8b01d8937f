import Diagnostics

/// Why a step was made again: what differs between how it was described last time and now.
struct Explanation {
  private struct Part: Hashable {
    var kind: Substring
    var name: Substring
  }

  /// More than these are counted only.
  private static let limit = 8

  /// - Returns: a line for each difference; empty where there is none.
  static func differences(from old: [UInt8], to new: [UInt8], formerParent: String) -> [String] {
    let (before, after) = (parts(old), parts(new))
    var lines: [String] = []
    for (part, value) in after.order.map({ ($0, after.values[$0]!) }) {
      guard let former = before.values[part] else {
        lines.append(added(part, value))
        continue
      }
      if former != value { lines.append(changed(part, former, value, formerParent)) }
    }
    for part in before.order where after.values[part] == nil { lines.append("\(name(part)) is gone") }
    // A base that changed explains all the rest.
    if let parent = lines.first(where: { $0.hasPrefix("it stands on") }), lines.count == 1 { return [parent] }
    guard lines.count > limit else { return lines }
    return lines[..<limit] + ["and \(lines.count - limit) more differences"]
  }

  private static func parts(_ bytes: [UInt8]) -> (order: [Part], values: [Part: Substring]) {
    var order: [Part] = []
    var values: [Part: Substring] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let part = Part(kind: fields[0], name: fields[1])
      if values.updateValue(fields[2], forKey: part) == nil { order.append(part) }
    }
    return (order, values)
  }

  private static func name(_ part: Part) -> String {
    switch part.kind {
    case "file": "file \(part.name)"
    case "variable": "variable \(part.name)"
    case "mount": "mount \(part.name)"
    case "instruction": "the instruction"
    default: "\(part.name)"
    }
  }

  private static func added(_ part: Part, _ value: Substring) -> String {
    part.kind == "file" ? "file \(part.name) is new" : "\(name(part)) is new: \(value)"
  }

  private static func changed(_ part: Part, _ old: Substring, _ new: Substring, _ formerParent: String) -> String {
    switch part.kind {
    case "parent": return "it stands on another result: \(formerParent)"
    case "file":
      let (was, now) = (old.split(separator: " "), new.split(separator: " "))
      guard was.count > 1, now.count > 1, was[0] == now[0] else { return "file \(part.name) changed" }
      if was.last == now.last { return "file \(part.name) has mode or owner \(now[1]), had \(was[1])" }
      return "the content of file \(part.name) changed"
    default: return "\(name(part)) is \(new), was \(old)"
    }
  }
}
