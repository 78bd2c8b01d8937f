import Testing

@testable import YAML

@Suite struct SyntaxTests {
  @Test(
    "Syntax errors say where they are and what to do",
    arguments: [
      ("a:\n\tb: 1", "f.yaml:2:1: a tab cannot be used for indentation\n  hint: indent with spaces"),
      ("a: b: c", "f.yaml:1:5: a `:` that is not expected here"),
      ("a: @x", "f.yaml:1:4: a value cannot begin with `@`\n  hint: put the value in quotes"),
      ("a: [1, 2", "expected `,` or `]`: this list is not closed"),
      ("a: \"x", "the file ends inside a quoted value"),
      ("a: \"\\q\"", "an unknown escape in a double-quoted value"),
    ])
  func messages(text: String, expected: String) {
    let found = failures(text)
    #expect(found.count == 1)
    #expect(found.first?.contains(expected) ?? false, "\(found)")
  }

  @Test("Bytes that are no UTF-8 are found in their line")
  func encoding() {
    do {
      _ = try Node.documents(in: Array("a: 1\nb: ".utf8) + [0xFF, 0xFE], from: Source(name: "f.yaml"))
      Issue.record("accepted")
    } catch {
      #expect(error.all[0].location?.line == 2)
      #expect(error.all[0].hint == "save the file as UTF-8 text")
    }
  }

  @Test("The nearest name is found across case, one slip and swapped letters")
  func nearest() {
    let names = ["ports", "image", "environment", "expose"]
    #expect(closest(to: "prots", among: names) == "ports")
    #expect(closest(to: "IMAGE", among: names) == "image")
    #expect(closest(to: "enviroment", among: names) == "environment")
    #expect(closest(to: "volumes", among: names) == nil)
    // One letter for another leaves nothing of a name.
    #expect(closest(to: "b", among: ["a"]) == nil && closest(to: "b", among: ["ab"]) == "ab")
  }

  @Test("Paths quote keys that would read like paths")
  func paths() {
    var path = NodePath(keys: "services", "web", "labels", "traefik.enable")
    path.push(2)
    #expect(path.description == "services.web.labels.\"traefik.enable\"[2]")
  }
}
