import Compose
import Testing
import YAML

@Suite struct ExtendsTests {
  @Test("A service takes everything of the one it extends, and its own values win")
  func sameFile() throws {
    let services = try load(
      "services:\n  a: {extends: b, user: own}\n  b: {extends: {service: c}, hostname: h}\n  c: {image: i, user: u, dns: [x]}\n"
    ).tree["services"]
    let a = try #require(services?["a"])
    #expect(a["image"]?.string == "i")
    #expect(a["user"]?.string == "own")
    #expect(a["hostname"]?.string == "h")
    #expect(a["extends"] == nil)
  }

  @Test("Paths of another file start from that file's folder, through any number of files")
  func otherFiles() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "services: {a: {extends: {file: sub/base.yaml, service: b}}}",
      "sub/base.yaml": "services: {b: {extends: {file: more/deep.yaml, service: c}, volumes: [\"./d:/d\"]}}",
      "sub/more/deep.yaml": "services: {c: {image: i, build: ., env_file: e.env}}", "sub/more/e.env": "E=1",
    ])
    let a = try #require(try folder.load().tree["services"]?["a"])
    #expect(a["build"]?["context"]?.string == folder.path + "/sub/more")
    #expect(a["volumes"]?.sequence?.first?["source"]?.string == folder.path + "/sub/d")
    #expect(a["environment"] == (try yaml("{E: \"1\"}")))
  }

  @Test("Variables of the extended file are those of the project")
  func variables() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "services: {a: {extends: {file: sub/b.yaml, service: b}}}",
      "sub/b.yaml": "services: {b: {image: \"$T\"}}", "sub/.env": "T=wrong", ".env": "T=right",
    ])
    #expect(try folder.load().tree["services"]?["a"]?["image"]?.string == "right")
  }

  @Test("A cycle is named from end to end")
  func cycle() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "services:\n  a:\n    extends: {file: b.yaml, service: b}\n",
      "b.yaml": "services:\n  b:\n    extends: {file: compose.yaml, service: a}\n",
    ])
    let found = folder.failures()
    #expect(found.count == 1)
    #expect(found[0].contains("services extend each other: "))
    #expect(found[0].contains("a (compose.yaml) extends b (b.yaml) extends a (compose.yaml)"))
  }

  @Test("What is extended must exist, and the nearest name is offered")
  func missing() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "services:\n  a:\n    extends: basee\n  base: {image: i}\n"
    ])
    #expect(
      folder.failures() == [
        "compose.yaml:3:14: services.a.extends: the service `basee` that it extends is not in compose.yaml\n"
          + "  hint: did you mean `base`?"
      ])
    let other = try ComposeFolder(["compose.yaml": "services: {a: {extends: {file: no.yaml, service: b}}}"])
    #expect(other.failures() == ["compose.yaml:1:32: services.a.extends: the file `no.yaml` does not exist"])
  }

  @Test("Remote files are refused by name")
  func remote() throws {
    let folder = try ComposeFolder(["compose.yaml": "services: {a: {extends: {file: \"https://h/x.git\", service: b}}}"]
    )
    #expect(folder.failures()[0].contains("`https://h/x.git` is a remote compose file"))
  }
}
