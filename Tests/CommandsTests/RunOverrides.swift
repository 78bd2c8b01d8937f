import Arguments
import Testing

@testable import Commands

private func override(_ words: String...) throws -> String {
  let parsed = try CommandTable.root(named: "davit").parse(["run"] + words)
  return try RunOverride(
    service: parsed.positionals[0], arguments: parsed, tty: false,
    environment: Environment.pairs(parsed.list("env")) { _ in nil }
  ).text
}

@Suite("run as one more compose file") struct RunOverrides {
  @Test("ports are not published unless that is asked for") func ports() throws {
    #expect(try override("web").contains(#""ports": !override []"#))
    #expect(try override("-p", "8080:80", "web").contains(#""ports": !override ["8080:80"]"#))
    #expect(try !override("-P", "web").contains("ports"))
  }

  @Test("the command is taken as it stands, and a dollar stays a dollar") func command() throws {
    let text = try override("-u", "me", "web", "sh", "-c", "echo $HOME \"x\"")
    #expect(text.contains(#""command": !override ["sh", "-c", "echo $$HOME \"x\""]"#))
    #expect(text.contains(#""user": "me""#))
  }

  @Test("another entrypoint takes the service's command away") func entrypoint() throws {
    #expect(try override("--entrypoint", "env -i", "web").contains(#""command": !override []"#))
    #expect(try override("--entrypoint", "env", "web", "-u").contains(#""command": !override ["-u"]"#))
  }

  @Test("an empty entrypoint takes the image's away") func noEntrypoint() throws {
    #expect(try override("--entrypoint", "", "web", "ls").contains(#""entrypoint": !override []"#))
  }

  @Test("a container that runs once has no fixed name and is not restarted") func once() throws {
    let text = try override("-e", "A=1", "web")
    #expect(text.contains(#""container_name": !reset null"#) && text.contains(#""restart": "no""#))
    #expect(text.contains(#""environment": {"A": "1"}"#))
  }
}
