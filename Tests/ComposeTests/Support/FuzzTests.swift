import Diagnostics
import SeededRandom
import Testing
import YAML

@testable import Compose

@Suite struct FuzzTests {
  private static let pieces = [
    "$", "${", "}", "A", "UNSET", ":-", "-", ":?", "?", ":+", "=", ":", "/", "\"", "'", "\\", "#", " ", "\n", "\t", "é",
    "80", "-81", "127.0.0.1", "[::1]", "tcp", "udp", ".", "~", "ro", ",", "z", "x", "export ", "1g", "s", "(", ")", "|",
  ]

  @Test("No text crashes or hangs the small languages of a compose file", arguments: 0..<4)
  func smallLanguages(seed: UInt64) {
    var generator = Seeded(seed)
    for _ in 0..<1_500 {
      let text = generator.text(of: Self.pieces, upTo: 14)
      let template = Template(lookup: { $0 == "A" ? "a" : nil }, unset: { _ in })
      let once = try? template.substitute(text)
      if !text.contains("$") { #expect(once == text) }
      if let ports = try? PortSyntax.parse(text) { #expect(ports.allSatisfy { 0...65535 ~= $0.target }) }
      _ = try? VolumeSyntax.parse(text).node(mark: .none)
      _ = try? DurationSyntax.parse(text)
      _ = try? ByteSyntax.parse(text)
      _ = try? ShellWords.split(text)
      var parser = DotenvParser(lookup: { $0 == "A" ? "a" : nil })
      var variables: [String: String] = [:]
      do throws(DotenvParser.Problem) { try parser.parse(text, into: &variables) } catch {
        #expect(error.line >= 1)
      }
    }
  }

  @Test("What was printed as a duration or number is read as the same again")
  func roundTrips() throws {
    var generator = Seeded(5)
    for _ in 0..<2_000 {
      let nanoseconds = Int64.random(in: -1_000_000_000_000_000...1_000_000_000_000_000, using: &generator)
      #expect(try abs(DurationSyntax.parse(DurationSyntax.text(nanoseconds)) - nanoseconds) <= 1)
      let double = Double(bitPattern: .random(in: 0...UInt64.max, using: &generator))
      guard double.isFinite else { continue }
      #expect(Double(GoFormat.text(double)) == double)
      #expect(Double(GoFormat.json(double)) == double)
    }
  }

  @Test("What was printed as YAML is read as the same again")
  func yamlRoundTrips() throws {
    var generator = Seeded(6)
    let pieces =
      Self.pieces + [
        "\u{1}", "\u{85}", "\u{2028}", "- ", ": ", " #", "true", "0o7", "null", "|", ">", "%", "&", "*", "!",
      ]
    for _ in 0..<1_500 {
      let (key, value) = (generator.text(of: pieces, upTo: 4), generator.text(of: pieces, upTo: 8))
      let tree = Node(
        .mapping(
          Mapping([
            .init("k" + key, Node(value)),
            .init("l", Node(.sequence([Node(value), Node(.mapping(Mapping([.init("m", Node(value))])))]))),
          ])))
      let text = YAMLText(escapesDollars: false).text(tree)
      let again = try? Node.documents(in: Array(text.utf8), from: .none).first
      #expect(again.map { $0 == tree } ?? false, "\(text.debugDescription)")
      let json = JSONText(escapesDollars: false).text(tree)
      let fromJSON = try? Node.documents(in: Array(json.utf8), from: .none).first
      #expect(fromJSON.map { $0 == tree } ?? false, "\(json.debugDescription)")
    }
  }

  /// A tree of the attributes that the schema knows, with values of any type.
  private func attributes(_ generator: inout Seeded, _ shape: Shape, depth: Int) -> Node {
    let scalars: [Node] = [
      Node(.null), Node(.bool(true)), Node(.int(-1)), Node(.int(80)), Node(.float(1.5)), Node("x"), Node("1s"),
      Node(""),
      Node("${A:-5}"), Node("a=b"), Node("service:a"), Node("./p:/q"),
    ]
    let pick = Int.random(in: 0..<10, using: &generator)
    if depth > 0, let object = shape.object, pick < 7 {
      var mapping = Mapping()
      for name in object.attributes.keys.sorted() where Int.random(in: 0..<(depth > 3 ? 2 : 12), using: &generator) == 0
      {
        mapping[name] = attributes(&generator, object.attributes[name]!, depth: depth - 1)
      }
      if let values = object.values {
        for key in ["a", "b", "default"] { mapping[key] = attributes(&generator, values, depth: depth - 1) }
      }
      return Node(.mapping(mapping))
    }
    if depth > 0, let items = shape.items, pick < 8 {
      return Node(
        .sequence(
          (0..<Int.random(in: 0..<3, using: &generator)).map { _ in
            attributes(&generator, items.shape, depth: depth - 1)
          }))
    }
    return scalars.randomElement(using: &generator)!
  }

  @Test("No tree of known attributes crashes the loader, whatever their values are", arguments: 0..<4)
  func anyAttributes(seed: UInt64) throws {
    var generator = Seeded(seed)
    for _ in 0..<60 {
      let files = (0..<2).map { _ in
        YAMLText(escapesDollars: false).text(attributes(&generator, Schema.file, depth: 7))
      }
      let folder = try ComposeFolder(["one.yaml": files[0], "two.yaml": files[1]])
      for checks in [true, false] {
        for interpolates in [true, false] {
          var query = ConfigQuery(
            options: folder.options { options in
              options.files = ["one.yaml", "two.yaml"]
              options.checksConsistency = checks
              options.interpolates = interpolates
            })
          query.format = .json
          do throws(Failures) { _ = try query.answer() } catch { #expect(!error.all.isEmpty) }
        }
      }
    }
  }
}
