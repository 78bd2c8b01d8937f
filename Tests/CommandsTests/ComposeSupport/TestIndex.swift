import Foundation

/// The project's tests by what their bodies mention, so that a table can name the test of a thing.
struct TestIndex {
  struct Entry {
    var name: String
    /// `EndToEndTests/VolumesTests.swift`
    var file: String
    var body: String
    let statements: [String]
    /// Of its compose files.
    let attributes: Set<String>

    init(name: String, file: String, body: String) {
      (self.name, self.file, self.body) = (name, file, body)
      statements = Statements.of(body)
      attributes = WrittenAttributes(source: body).paths
    }
  }

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Those that look inside a running container come first.
  let entries: [Entry]

  init() throws {
    let folder = Self.repository + "/Tests"
    let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let files = all.filter { $0.hasSuffix(".swift") && !$0.contains("ComposeSupport") }.sorted()
    var entries: [Entry] = []
    for file in files {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      // Files that tests share belong to each test of their file only.
      for piece in text.components(separatedBy: "@Test").dropFirst() {
        guard let name = Self.firstLiteral(piece) else { continue }
        entries.append(Entry(name: name, file: file, body: piece))
      }
    }
    func rank(_ entry: Entry) -> Int {
      entry.file.hasPrefix("EndToEnd") ? 0 : entry.file.hasPrefix("Compose") ? 1 : 2
    }
    self.entries = entries.enumerated().sorted {
      (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
    }.map(\.element)
  }

  /// The name that `@Test("…")` gives.
  private static func firstLiteral(_ piece: String) -> String? {
    guard let open = piece.firstIndex(of: "\""), piece[..<open].allSatisfy({ "( \n".contains($0) }) else { return nil }
    var name = ""
    var index = piece.index(after: open)
    while index < piece.endIndex, piece[index] != "\"" {
      if piece[index] == "\\" { index = piece.index(after: index) }
      name.append(piece[index])
      index = piece.index(after: index)
    }
    return name
  }

  func named(_ name: String) -> Entry? { entries.first { $0.name == name } }

  /// The first test that has an attribute in a compose file of its own; of those with few attributes the first, because
  /// they are about them.
  func writing(_ path: String) -> Entry? {
    let found = entries.filter { $0.attributes.contains(path) }
    let running = found.filter { $0.file.hasPrefix("EndToEnd") }
    let candidates = running.isEmpty ? found : running
    return candidates.first { $0.attributes.count <= Self.few } ?? candidates.first
  }

  private static let few = 24

  /// The first test whose body has each word as the key of a mapping.
  func mentioning(keys: [String]) -> Entry? {
    entries.first { entry in keys.allSatisfy { Self.has(key: $0, entry.body) } }
  }

  private static func has(key: String, _ body: String) -> Bool {
    var rest = body[...]
    while let range = rest.range(of: key) {
      let before = range.lowerBound == body.startIndex ? " " : body[body.index(before: range.lowerBound)]
      let after = body[range.upperBound...].drop { $0 == "\"" || $0 == "\\" }.first
      if after == ":", !before.isLetter, before != "_", before != "-" { return true }
      rest = body[range.upperBound...]
    }
    return false
  }

  /// The first test that runs a command with a flag: both stand in one statement, the command first.
  func running(_ words: [String], flag: Flagged?) -> Entry? {
    entries.first { entry in
      // Most tests mention neither.
      guard words.allSatisfy(entry.body.contains), flag?.spellings.contains(where: entry.body.contains) ?? true else {
        return false
      }
      return entry.statements.contains { statement in
        var rest = statement[...]
        for word in words {
          guard let place = Self.place(of: word, in: rest) else { return false }
          rest = rest[place.upperBound...]
        }
        return flag.map { $0.stands(in: rest) } ?? true
      }
    }
  }

  /// Where a command is run: as a word of its own in a literal, or as a function that runs it. Docker's commands for
  /// single objects have the same verbs.
  private static func place(of verb: String, in text: Substring) -> Range<Substring.Index>? {
    var places: [Range<Substring.Index>] = []
    for pattern in ["\"\(verb)\"", " \(verb) ", "\"\(verb) ", " \(verb)\""] {
      guard let place = text.range(of: pattern) else { continue }
      let before = text[..<place.lowerBound].split { !$0.isLetter }.last.map(String.init) ?? ""
      if !["container", "image", "network", "volume", "system", "builder"].contains(before) { places.append(place) }
    }
    for call in ["try \(verb)(", " \(verb)("] {
      if let place = text.range(of: call) { places.append(place.lowerBound..<text.index(before: place.upperBound)) }
    }
    // A blank or a quotation mark may begin the flag as well.
    return places.min { $0.lowerBound < $1.lowerBound }.map { $0.lowerBound..<text.index(before: $0.upperBound) }
  }

  struct Flagged {
    var spellings: [String]

    fileprivate func stands(in text: Substring) -> Bool {
      spellings.contains { spelling in
        ["\"\(spelling)\"", "\"\(spelling)=", "\"\(spelling) ", " \(spelling) ", " \(spelling)\"", " \(spelling)="]
          .contains { text.contains($0) }
      }
    }
  }
}

/// The statements of a test, as far as the table needs them: what stands between brackets belongs together, and so does
/// a line of a literal of several lines.
private enum Statements {
  static func of(_ body: String) -> [String] {
    var statements: [String] = []
    var current = ""
    var depth = 0
    var isLongLiteral = false
    for line in body.split(separator: "\n", omittingEmptySubsequences: true) {
      current += "\(line)\n"
      let marks = line.components(separatedBy: "\"\"\"").count - 1
      if isLongLiteral || marks % 2 == 1 {
        if marks % 2 == 1 { isLongLiteral.toggle() }
        if depth > 0, !isLongLiteral { depth += balance(line) }
      } else {
        depth = max(0, depth + balance(line))
      }
      if isLongLiteral || depth == 0 {
        statements.append(current)
        current = ""
      }
    }
    return statements + [current]
  }

  /// How many brackets a line opens and does not close, literals left out.
  private static func balance(_ line: Substring) -> Int {
    var (depth, isLiteral, isEscaped) = (0, false, false)
    for character in line {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isLiteral.toggle()
      } else if !isLiteral {
        if "([".contains(character) { depth += 1 }
        if ")]".contains(character) { depth -= 1 }
      }
    }
    return depth
  }
}
