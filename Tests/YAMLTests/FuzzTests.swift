import SeededRandom
import Testing

@testable import YAML

@Suite struct FuzzTests {
  private static let pieces = [
    "a", "b: ", ": ", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", "&x ", "*x", "<<: ", "!reset ", "!!int ",
    "\"", "'", "|", ">-", "#", "%", "---\n", "...\n", "\t", "~", "0o7", "é", "\\", "? ", "1e9", "@", "`", "\u{85}",
  ]

  @Test("No text crashes or hangs the parser", arguments: 0..<4)
  func anyText(seed: UInt64) {
    var generator = Seeded(seed + 1)
    for _ in 0..<1_000 {
      let count = Int.random(in: 1...30, using: &generator)
      let text = (0..<count).map { _ in Self.pieces.randomElement(using: &generator)! }.joined()
      for failure in failures(text) { #expect(!failure.isEmpty) }
    }
  }

  @Test("No bytes crash or hang the parser")
  func anyBytes() {
    var generator = Seeded(99)
    for _ in 0..<1_000 {
      let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? Node.documents(in: bytes, from: .none)
    }
  }

  @Test("A mapping of any size finds, changes and forgets its keys as a dictionary does")
  func mappingAgainstDictionary() {
    var generator = Seeded(7)
    var mapping = Mapping()
    var model: [String: Int] = [:]
    for _ in 0..<20_000 {
      let key = "k\(Int.random(in: 0..<60, using: &generator))"
      switch Int.random(in: 0..<3, using: &generator) {
      case 0:
        let value = Int.random(in: 0..<1_000, using: &generator)
        mapping[key] = Node(.int(value))
        model[key] = value
      case 1:
        #expect(mapping.remove(key)?.int == model.removeValue(forKey: key))
      default:
        #expect(mapping[key]?.int == model[key])
      }
      #expect(mapping.count == model.count)
    }
  }
}
