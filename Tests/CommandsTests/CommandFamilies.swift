import Arguments
import Testing

@testable import Commands

@Suite struct CommandFamilies {
  @Test("Every verb is found by its name alone, with the same flags and help as in the whole list")
  func alone() throws {
    for program in ["davit", "docker-compose"] {
      for meaning in [VerbMeaning.project, .single] {
        let all = CommandTable.root(named: program, meaning: meaning)
        for command in all.subcommands {
          let alone = CommandTable.root(named: program, meaning: meaning, verb: command.name)
          #expect(alone.subcommands.map(\.name) == [command.name])
          #expect(try alone.parse([command.name, "--help"]).help == all.parse([command.name, "--help"]).help)
        }
      }
    }
  }

  @Test("A verb that there is not is answered with the names of those that there are")
  func unknown() {
    let root = CommandTable.root(named: "davit", meaning: .single, verb: "pss")
    #expect(root.subcommands.count > 60)
  }
}
