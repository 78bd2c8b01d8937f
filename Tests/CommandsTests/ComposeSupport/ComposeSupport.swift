import Arguments
import Foundation
import Testing

@testable import Commands

/// `docs/compose-support.md` is written here, and compared: `make docs` is this test with DAVIT_WRITE_DOCS set.
@Suite("docs/compose-support.md") struct ComposeSupport {
  static let everyAttribute = "every attribute of the schema is read, warned of or refused by name"
  static let everyFlag = "has help that names it, says what it does and explains every flag"
  static let everyRefusal = "What cannot be done is refused by name, with the statuses that scripts know"

  private static let path = TestIndex.repository + "/docs/compose-support.md"

  @Test("every attribute of the schema is read, warned of or refused by name") func attributes() throws {
    let probe = AttributeProbe()
    try probe.run()
    for problem in probe.invalid { Issue.record("\(problem)") }
    #expect(probe.rows.count > 300)
  }

  @Test("the table says what the code does") func table() throws {
    let probe = AttributeProbe()
    try probe.run()
    let table = SupportTable(try TestIndex(), probe.rows)
    let text = table.text()
    if ProcessInfo.processInfo.environment["DAVIT_WRITE_DOCS"] != nil {
      try text.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }
    let written = try String(contentsOfFile: Self.path, encoding: .utf8)
    let (old, new) = (Set(written.split(separator: "\n")), text.split(separator: "\n"))
    let missing = new.filter { !old.contains($0) }
    let stale = old.subtracting(new)
    #expect(
      written == text,
      "docs/compose-support.md is out of date: run `make docs`\n\(missing.prefix(5).joined(separator: "\n"))\nnot: \(stale.sorted().prefix(5).joined(separator: "\n"))"
    )
  }

  @Test("every rule names tests that are there") func rules() throws {
    let index = try TestIndex()
    for row in Behaviour.sections.flatMap(\.rows) {
      #expect(!row.tests.isEmpty, "\(row.text)")
      for name in row.tests { #expect(index.named(name) != nil, "\(row.text): there is no test \"\(name)\"") }
    }
  }

  @Test("every command and flag of docker compose is known", arguments: DockerCompose.commands)
  func commands(_ words: String, _ flags: String) throws {
    var command = CommandTable.root(named: "docker-compose")
    for word in words.split(separator: " ") {
      command = try #require(
        command.subcommands.first { $0.name == word || $0.aliases.contains(String(word)) }, "no command \(words)")
    }
    for entry in flags.split(separator: " ") {
      let (short, long) =
        entry.contains("/") ? (entry.dropFirst().first, entry.dropFirst(5)) : (nil, entry.dropFirst(2))
      let flag = command.flags.first { $0.name == long }
      #expect(flag != nil, "\(words) has no --\(long)")
      if let flag, let short { #expect(flag.short == short, "\(words) --\(long) has no -\(short)") }
    }
  }
}
