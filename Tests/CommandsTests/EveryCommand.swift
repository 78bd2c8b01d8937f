import Arguments
import Testing

@testable import Commands

/// Every command that a person is told of, with the words that lead to it.
private func all(below command: Command, path: [String] = []) -> [(words: [String], command: Command)] {
  command.subcommands.filter { !$0.isHidden }.flatMap { child in
    [(path + [child.name], child)] + all(below: child, path: path + [child.name])
  }
}

private let root = CommandTable.root(named: "davit")

@Suite("Every command") struct EveryCommand {
  @Test("has help that names it, says what it does and explains every flag") func help() throws {
    for (words, command) in all(below: root) {
      let help = try root.parse(words + ["--help"]).help
      #expect(help.hasPrefix("Usage:  davit \(words.joined(separator: " "))"), "\(words)")
      #expect(!command.summary.isEmpty && help.contains(command.summary), "\(words)")
      for flag in command.flags where !flag.isHidden && flag.refusal == nil {
        #expect(!flag.summary.isEmpty && help.contains("--\(flag.name)"), "\(words) --\(flag.name)")
      }
    }
  }

  /// Flags of docker's single-object commands, or old ones of compose's, that mean something else than before the verb.
  private static let ownMeanings = [
    "build": ["file", "progress", "parallel"], "builder build": ["file", "progress"], "pull": ["parallel"],
    "publish": ["insecure-registry"], "compose publish": ["insecure-registry"],
    "create": ["env-file", "workdir"], "container create": ["env-file", "workdir"],
    "exec": ["env-file", "workdir"], "container exec": ["env-file", "workdir"],
    "run": ["env-file", "workdir"], "container run": ["env-file", "workdir"],
    "compose create": ["env-file"], "compose exec": ["env-file"], "compose run": ["env-file"],
    "builder du": ["verbose"], "builder prune": ["verbose"], "network inspect": ["verbose"], "system df": ["verbose"],
    "manifest inspect": ["verbose"],
  ]

  @Test("has flags of different names and letters") func distinctFlags() {
    for (words, command) in all(below: root) {
      #expect(Set(command.flags.map(\.name)).count == command.flags.count, "\(words)")
      // One line's flags are known by name, wherever they stand.
      let own = ["dry-run"] + (Self.ownMeanings[words.joined(separator: " ")] ?? [])
      let above = Set(root.flags.map(\.name)).subtracting(own)
      let twice = above.intersection(command.flags.map(\.name))
      #expect(twice.isEmpty, "\(words): \(twice)")
      let letters = command.flags.compactMap(\.short)
      #expect(Set(letters).count == letters.count, "\(words)")
    }
  }

  @Test("stands in the completions of every shell with every flag", arguments: ["bash", "zsh", "fish"])
  func completions(_ shell: String) throws {
    let script =
      switch shell {
      case "bash": BashCompletion.script(for: root, names: ["davit"])
      case "zsh": ZshCompletion.script(for: root, names: ["davit"])
      default: FishCompletion.script(for: root, names: ["davit"])
      }
    for (words, command) in all(below: root) {
      let name = words[words.count - 1]
      #expect(script.contains(name), "\(words)")
      for flag in command.flags where !flag.isHidden && flag.refusal == nil {
        let spelling = shell == "fish" ? "-l \(flag.name)" : "--\(flag.name)"
        #expect(script.contains(spelling), "\(words) --\(flag.name)")
      }
    }
    #expect(!script.contains("--squash") && !script.contains("-l squash"), "what is refused is not offered")
  }

  @Test("stands in the manual page") func manual() {
    let page = ManualPage.text(for: root, version: "1", sections: [])
    for (words, command) in all(below: root) where command.action != nil {
      #expect(
        page.contains(".SS " + words.joined(separator: " ").split(separator: "-").joined(separator: "\\-")), "\(words)")
    }
  }

  @Test("works the same behind `compose` and under the name docker-compose") func prefix() throws {
    let words = ["-f", "a.yaml", "-p", "x", "logs", "-fn5", "web"]
    let direct = try root.parse(words)
    let prefixed = try root.parse(["compose"] + words)
    let renamed = try CommandTable.root(named: "docker-compose").parse(words)
    for parsed in [prefixed, renamed] {
      #expect(parsed.command.name == "logs")
      #expect(parsed.list("file") == direct.list("file") && parsed.text("tail") == "5")
      #expect(parsed.boolean("follow") && parsed.positionals == ["web"])
    }
    #expect(renamed.help.hasPrefix("Usage:  docker-compose logs"))
  }
}
