import Compose
import Testing
import YAML

@Suite struct DirectiveTests {
  @Test("!reset removes what earlier files said, whatever its own value")
  func reset() throws {
    let a = try merged(
      "ports: [\"80:80\"]\nenvironment: {A: 1, B: 2}", "ports: !reset []\nenvironment: {A: !reset null}")
    #expect(a["ports"] == nil)
    #expect(a["environment"] == (try yaml("{B: \"2\"}")))
  }

  @Test("!override replaces instead of merging")
  func override() throws {
    let a = try merged("ports: [\"80:80\"]\nlabels: {a: 1}", "ports: !override [\"90:90\"]\nlabels: !override {b: 2}")
    #expect(a["ports"]?.sequence?.map { $0["target"]?.int } == [90])
    #expect(a["labels"] == (try yaml("{b: \"2\"}")))
  }

  @Test("Tags work through aliases and merge keys")
  func shared() throws {
    let folder = try ComposeFolder([
      "one.yaml": "services: {a: {image: i, ports: [\"80:80\"], dns: [x]}}",
      "two.yaml": "x-r: &r !reset []\nx-m: &m {dns: !override [y]}\nservices:\n  a:\n    <<: *m\n    ports: *r\n",
    ])
    let a = try folder.load { $0.files = ["one.yaml", "two.yaml"] }.tree["services"]?["a"]
    #expect(a?["ports"] == nil)
    #expect(a?["dns"] == (try yaml("[y]")))
  }

  @Test("A service takes what it resets out of the one that it extends")
  func extended() throws {
    let project = try load(
      "services:\n  b: {image: i, ports: [\"80:80\"]}\n  a:\n    extends: b\n    ports: !reset []\n")
    #expect(project.tree["services"]?["a"]?["ports"] == nil)
    #expect(project.tree["services"]?["b"]?["ports"] != nil)
  }

  @Test("!reset drops an item of a list, and a whole resource")
  func whole() throws {
    let folder = try ComposeFolder([
      "one.yaml": "services: {a: {image: i}, b: {image: i}}",
      "two.yaml": "services:\n  b: !reset null\n  a:\n    dns: [x, !reset y]\n",
    ])
    let services = try folder.load { $0.files = ["one.yaml", "two.yaml"] }.tree["services"]
    #expect(services?["b"] == nil)
    #expect(services?["a"]?["dns"] == (try yaml("[x]")))
  }
}
