import Arguments
import Testing

@testable import Commands

/// The text of `docs/compose-support.md`, made of the schema, the decoder's answers, the command tables and the tests.
struct SupportTable {
  let index: TestIndex
  let attributes: [AttributeRow]

  init(_ index: TestIndex, _ attributes: [AttributeRow]) {
    self.index = index
    self.attributes = attributes
  }

  func text() -> String {
    var text = """
      # What Davit makes of the Compose specification

      Made by `make docs` from the schema, the loader, the command tables and the tests; a test fails when this file and the
      code disagree. *Warned* means that the attribute is understood, has no effect and says so; *refused* that the command
      ends with an error that names it. The test is the first that shows the thing at work, end-to-end tests before others.

      ## Attributes

      | attribute | type | status | test |
      |---|---|---|---|

      """
    for row in attributes { text += line(row) }
    for (title, rows) in Behaviour.sections {
      text += "\n## \(title)\n\n| rule | status | tests |\n|---|---|---|\n"
      for row in rows {
        let status = row.refusal.isEmpty ? "supported" : "refused: \(row.refusal)"
        text += "| \(Self.cell(row.text)) | \(status) | \(row.tests.map(Self.cell).joined(separator: "; ")) |\n"
      }
    }
    text += "\n## Commands\n\n| command | flag | status | test |\n|---|---|---|---|\n"
    let root = CommandTable.root(named: "docker-compose")
    text += lines(root, [])
    return text
  }

  // MARK: Attributes

  private func line(_ row: AttributeRow) -> String {
    let status: String
    switch row.status {
    case .supported: status = "supported"
    case .warned(let reason): status = "warned: \(reason)"
    case .refused(let reason): status = "refused: \(reason)"
    }
    let test: String
    if case .supported = row.status {
      test = (index.writing(row.path) ?? index.mentioning(keys: row.keys))?.name ?? ComposeSupport.everyAttribute
    } else {
      test = ComposeSupport.everyAttribute
    }
    return "| `\(row.path)` | \(row.types) | \(Self.cell(status)) | \(Self.cell(test)) |\n"
  }

  // MARK: Commands

  private func lines(_ command: Command, _ words: [String]) -> String {
    var text = ""
    let name = words.isEmpty ? "(before the command)" : words.joined(separator: " ")
    if command.action != nil, !words.isEmpty {
      text += line(
        name, words, nil, command.refusal.map { "refused: \($0)" } ?? (command.isHidden ? "hidden" : "supported"))
    }
    // A command that is refused is refused with each of its flags.
    let flags = command.refusal == nil ? command.flags.sorted { $0.name < $1.name } : []
    for flag in flags where words.isEmpty || !GlobalFlags.all.contains(flag) {
      text += line(name, words, flag, flag.refusal.map { "refused: \($0)" } ?? (flag.isHidden ? "hidden" : "supported"))
    }
    // Commands for single containers, images and networks are docker's, not docker compose's.
    let compose = Set(CommandTable.projectVerbs.flatMap(\.names))
    for child in command.subcommands where !words.isEmpty || compose.contains(child.name) {
      text += lines(child, words + [child.name])
    }
    return text
  }

  private func line(_ name: String, _ words: [String], _ flag: Flag?, _ status: String) -> String {
    let spellings = flag.map { flag in (flag.short.map { ["-\($0)"] } ?? []) + ["--\(flag.name)"] }
    // What `alpha` holds is the same by another name.
    let verb = Array(words.suffix(1))
    let isRefused = status.hasPrefix("refused")
    let found = isRefused ? nil : index.running(verb, flag: spellings.map { .init(spellings: $0) })
    let test = found?.name ?? (isRefused ? ComposeSupport.everyRefusal : ComposeSupport.everyFlag)
    let title = spellings.map { "`\($0.joined(separator: ", "))`" } ?? ""
    return "| `\(name)` | \(title) | \(Self.cell(status)) | \(Self.cell(test)) |\n"
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}
