import Arguments
import Diagnostics
import Testing

@testable import Commands

@Suite struct MisuseStatuses {
  private func status(_ program: String, _ words: [String], _ meaning: VerbMeaning = .single) -> Int32? {
    do {
      _ = try CommandTable.root(named: program, meaning: meaning).parse(words)
      return nil
    } catch { return error.exitStatus }
  }

  @Test("A flag that there is not ends with docker's 125, and with docker compose's 16 for a verb of a project")
  func flags() {
    #expect(status("davit", ["ps", "--bogus"]) == 125)
    #expect(status("davit", ["stop", "-t", "x", "a"]) == 125)
    #expect(status("davit", ["network", "create", "--bogus", "a"]) == 125)
    #expect(status("davit", ["ps", "--bogus"], .project) == 16)
    #expect(status("davit", ["up", "--bogus"]) == 16)
    #expect(status("davit", ["compose", "ps", "-f"]) == 16)
    #expect(status("docker-compose", ["--bogus"]) == 16)
  }

  @Test("So does a command that there is not; a wrong number of arguments ends with 1")
  func commands() {
    #expect(status("davit", ["bogus"]) == 1)
    #expect(status("davit", ["compose", "bogus"]) == 16)
    #expect(status("docker-compose", ["bogus"]) == 16)
    #expect(status("davit", ["stop"]) == 1)
    #expect(status("davit", ["compose", "exec"]) == 1)
  }
}
