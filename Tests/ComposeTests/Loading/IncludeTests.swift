import Compose
import Testing
import YAML

@Suite struct IncludeTests {
  @Test("An included project has its own folder and variables; the outer ones win")
  func scope() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "include: [sub/compose.yaml]\nservices: {a: {image: i, depends_on: [b]}}",
      "sub/compose.yaml": "services: {b: {image: \"$A-$B\", volumes: [\"./d:/d\"]}}", "sub/.env": "A=sub\nB=sub",
      ".env": "A=top",
    ])
    let b = try #require(try folder.load().tree["services"]?["b"])
    #expect(b["image"]?.string == "top-sub")
    #expect(b["volumes"]?.sequence?.first?["source"]?.string == folder.path + "/sub/d")
  }

  @Test("The long form names several files, a folder and variable files")
  func longForm() throws {
    let folder = try ComposeFolder([
      "compose.yaml":
        "include:\n  - path: [x/one.yaml, x/two.yaml]\n    project_directory: y\n    env_file: v.env\n",
      "x/one.yaml": "services: {b: {image: i, build: ctx}}", "x/two.yaml": "services: {b: {image: \"$V\"}}",
      "v.env": "V=v", "y/keep": "",
    ])
    let b = try #require(try folder.load().tree["services"]?["b"])
    #expect(b["image"]?.string == "v")
    #expect(b["build"]?["context"]?.string == folder.path + "/y/ctx")
  }

  @Test("The including file may change what it includes, and extend it")
  func overrides() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "include: [b.yaml]\nservices: {b: {user: u}, c: {extends: b}}",
      "b.yaml": "services: {b: {image: i}}",
    ])
    let services = try folder.load().tree["services"]
    #expect(services?["b"] == services?["c"])
    #expect(services?["c"]?["user"]?.string == "u")
  }

  @Test("The same file may come along by two ways, but not by itself")
  func diamondsAndCycles() throws {
    let diamond = try ComposeFolder([
      "compose.yaml": "include: [b.yaml, c.yaml]", "b.yaml": "include: [d.yaml]\nservices: {b: {image: i}}",
      "c.yaml": "include: [d.yaml]\nservices: {c: {image: i}}", "d.yaml": "services: {d: {image: i}}",
    ])
    #expect(try diamond.load().tree["services"]?.mapping?.count == 3)
    let cycle = try ComposeFolder([
      "compose.yaml": "include:\n  - b.yaml\n", "b.yaml": "include:\n  - compose.yaml\n",
    ])
    #expect(
      cycle.failures() == [
        "b.yaml:2:5: include[0]: files include each other: compose.yaml includes b.yaml includes compose.yaml\n"
          + "  hint: remove one of the includes"
      ])
  }

  @Test("A missing file is blamed on the line that includes it")
  func missing() throws {
    let folder = try ComposeFolder(["compose.yaml": "include:\n  - no.yaml\n"])
    #expect(folder.failures()[0].hasPrefix("compose.yaml:2:5: include[0]: cannot include "))
  }

  @Test("Secrets and configs of an included file may come from its environment")
  func environmentContent() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "include: [s/b.yaml]",
      "s/b.yaml":
        "services: {b: {image: i, secrets: [t], configs: [c]}}\nsecrets: {t: {environment: T}}\nconfigs: {c: {environment: T}}",
      "s/.env": "T=secret",
    ])
    let project = try folder.load()
    #expect(project.tree["secrets"]?["t"]?["content"]?.string == "secret")
    #expect(project.tree["configs"]?["c"]?["content"]?.string == "secret")
  }
}
