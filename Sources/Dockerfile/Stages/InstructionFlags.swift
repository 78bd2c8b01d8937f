/// The flags of one instruction, checked against those that it knows.
struct InstructionFlags {
  private var values: [String: [String]] = [:]

  /// - Parameters:
  ///   - text: flags with a value, at most once each.
  ///   - lists: flags with a value, any number of times.
  ///   - switches: flags that are on or off.
  init(_ instruction: Instruction, text: [String] = [], lists: [String] = [], switches: [String] = [])
    throws(SyntaxFailure)
  {
    func failure(_ message: String) -> SyntaxFailure { SyntaxFailure(message: message, lines: instruction.lines) }
    for flag in instruction.flags {
      let equals = flag.firstIndex(of: "=")
      let written = String(flag[..<(equals ?? flag.endIndex)])
      var value = equals.map { String(flag[flag.index(after: $0)...]) }
      let name = String(written.dropFirst(2))
      guard (text + lists + switches).contains(name) else {
        var unknown = failure("unknown flag: \(written)")
        unknown.unknown = SyntaxFailure.Unknown(word: name, known: text + lists + switches)
        throw unknown
      }
      guard values[name] == nil || lists.contains(name) else {
        throw failure("duplicate flag specified: \(written)")
      }
      if switches.contains(name) {
        guard value != "" else { throw failure("missing a value on flag: \(written)") }
        value = value?.lowercased() ?? "true"
        guard value == "true" || value == "false" else {
          throw failure("expecting boolean value for flag \(written), not: \(value!)")
        }
      }
      guard let value else { throw failure("missing a value on flag: \(written)") }
      values[name, default: []].append(value)
    }
  }

  subscript(name: String) -> String? { values[name]?.last }
  func list(_ name: String) -> [String] { values[name] ?? [] }
  func isOn(_ name: String) -> Bool { self[name] == "true" }
  /// `nil`: not given.
  func choice(_ name: String) -> Bool? { self[name].map { $0 == "true" } }
}
