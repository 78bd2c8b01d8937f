import Diagnostics
import Testing

@testable import Arguments

private let root: Command = {
  let act: Command.Action = { _ in 0 }
  var run = Command("run", "Run", flags: [.list("publish", "p", "Ports")], arity: .atLeast(1), action: act)
  run.stopsAtFirstPositional = true
  var root = Command.group(
    "tool", "A tool",
    [
      Command("up", "Start", flags: [.boolean("detach", "d", "…")], arity: .atLeast(0), action: act), run,
      .group("image", "Images", [Command("list", "List", action: act).aliased("ls")]),
      Command("secret", "Hidden", action: act).hidden,
    ])
  root.flags = [.list("file", "f", "Files"), .text("project-name", "p", "Name")]
  root.inherited = [.boolean("dry-run", nil, "Only say")]
  return root
}()

@Suite("Subcommands") struct Subcommands {
  @Test("flags of the program stand before the subcommand, its own behind it") func order() throws {
    let parsed = try root.parse(["-f", "a", "-fb", "-p", "x", "run", "-p", "80", "web", "-p"])
    #expect(parsed.invocation == "tool run")
    #expect(parsed.list("file") == ["a", "b"] && parsed.text("project-name") == "x")
    #expect(parsed.list("publish") == ["80"] && parsed.positionals == ["web", "-p"])
  }

  @Test("inherited flags may stand on both sides") func inherited() throws {
    #expect(try root.parse(["--dry-run", "up"]).boolean("dry-run"))
    #expect(try root.parse(["up", "--dry-run"]).boolean("dry-run"))
    #expect(try root.parse(["up"]).boolean("dry-run") == false)
  }

  @Test("a program flag behind the subcommand is refused with the right place for it") func misplaced() {
    let failure = #expect(throws: Failure.self) { try root.parse(["up", "-f", "x"]) }
    #expect(failure?.message == "unknown shorthand flag: 'f'")
    #expect(failure?.hint == "-f goes before the subcommand: `tool -f … up`")
  }

  @Test("a command may have several names") func aliases() throws {
    #expect(try root.parse(["image", "ls"]).invocation == "tool image list")
  }

  @Test("hidden commands work") func hidden() throws {
    #expect(try root.parse(["secret"]).command.name == "secret")
  }

  @Test("a group alone has nothing to do, which is not an error of the command line") func bareGroup() throws {
    #expect(try root.parse(["image"]).command.action == nil)
    #expect(try root.parse([]).command.action == nil)
  }

  @Test("an unknown command is named, with the nearest known one", arguments: ["imgae", "imag", "Image"])
  func unknown(_ word: String) {
    let failure = #expect(throws: Failure.self) { try root.parse([word]) }
    #expect(failure?.message == "'\(word)' is not a tool command")
    #expect(failure?.hint == "did you mean tool image? see `tool --help`")
  }

  @Test("hidden commands are never suggested") func hiddenSuggestion() {
    let failure = #expect(throws: Failure.self) { try root.parse(["secrets"]) }
    #expect(failure?.hint == "see `tool --help`")
  }
}
