import Foundation

/// The project's tests by what their bodies mention, so that a table can name the test of a thing.
struct TestIndex {
  struct Entry {
    var name: String
    /// `EndToEndTests/VolumesTests.swift`
    var file: String
    var body: String
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

  /// The first test that runs a command with a flag.
  func running(_ words: [String], flag: Flagged?) -> Entry? {
    entries.first { entry in
      guard words.allSatisfy({ entry.body.contains("\"\($0)\"") || entry.body.contains(" \($0) ") }) else {
        return false
      }
      guard let flag else { return true }
      return flag.spellings.contains { spelling in
        ["\"\(spelling)\"", "\"\(spelling)=", " \(spelling) ", " \(spelling)\"", " \(spelling)="].contains {
          entry.body.contains($0)
        }
      }
    }
  }

  struct Flagged { var spellings: [String] }
}
