import Compose
import Testing
import YAML

@Suite struct EnvironmentFileTests {
  @Test("The environment wins over .env, which fills what is not set")
  func dotenv() throws {
    let folder = try ComposeFolder([".env": "A=file\nB=file\n", "compose.yaml": "services: {s: {image: \"$A-$B\"}}"])
    #expect(try folder.load(["A": "process"]).tree["services"]?["s"]?["image"]?.string == "process-file")
  }

  @Test("--env-file replaces .env, and later files win")
  func envFiles() throws {
    let folder = try ComposeFolder([
      ".env": "A=usual\nB=usual", "one": "A=1", "two": "A=2", "compose.yaml": "services: {s: {image: \"i$A$B\"}}",
    ])
    #expect(
      try folder.load { $0.envFiles = ["one", "two"] }.tree["services"]?["s"]?["image"]?.string == "i2")
    #expect(
      try folder.load(["COMPOSE_ENV_FILES": "two,one"]).tree["services"]?["s"]?["image"]?.string == "i1")
  }

  @Test("a file of variables that is encrypted with age is refused by name: variables are written down")
  func encrypted() throws {
    let folder = try ComposeFolder([
      "s.env": "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n",
      "compose.yaml": "services: {s: {image: i, env_file: s.env}}",
    ])
    let failure = #expect(throws: (any Error).self) { try folder.load() }
    #expect("\(try #require(failure))".contains("encrypted with age"))
  }

  @Test("COMPOSE_DISABLE_ENV_FILE leaves .env alone")
  func disabled() throws {
    let folder = try ComposeFolder([".env": "A=x", "compose.yaml": "services: {s: {image: \"i$A\"}}"])
    #expect(
      try folder.load(["COMPOSE_DISABLE_ENV_FILE": "true"]).tree["services"]?["s"]?["image"]?.string == "i")
  }

  @Test("env_file fills the environment of a service: its own variables win, then later files")
  func serviceFiles() throws {
    let folder = try ComposeFolder([
      "one.env": "A=1\nB=1\nC=1\n", "two.env": "B=2\nD=$A-$P\n",
      "compose.yaml": """
      services:
        s:
          image: i
          env_file: [one.env, {path: two.env}, {path: none.env, required: false}]
          environment: {C: own, A: }
      """,
    ])
    let service = try #require(try folder.load(["P": "p"]).tree["services"]?["s"])
    #expect(service["environment"] == (try yaml("{A: null, B: \"2\", C: own, D: 1-p}")))
    #expect(service["env_file"] == nil)
  }

  @Test("The raw format takes quotes and dollars as they are")
  func raw() throws {
    let folder = try ComposeFolder([
      "r.env": "# note\nA=\"q\" $X\nB='\nC\n",
      "compose.yaml": "services: {s: {image: i, env_file: [{path: r.env, format: raw}]}}",
    ])
    let service = try #require(try folder.load(["C": "c"]).tree["services"]?["s"])
    #expect(service["environment"] == (try yaml("{A: \"\\\"q\\\" $X\", B: \"'\", C: c}")))
  }

  @Test("The raw format has no spaces in names, and ends lines in either way")
  func rawLines() throws {
    func folder(_ raw: String) throws -> ComposeFolder {
      try ComposeFolder([
        "r.env": raw, "compose.yaml": "services: {s: {image: i, env_file: [{path: r.env, format: raw}]}}",
      ])
    }
    let service = try #require(try folder("\u{FEFF}A=1\r\n  B=x # y\r\n").load().tree["services"]?["s"])
    #expect(service["environment"] == (try yaml("{A: \"1\", B: \"x # y\"}")))
    #expect(
      try folder("A=1\nB C=2").failures()[0].contains(
        "r.env:2:1: services.s.env_file[0]: the name `B C` contains a space"))
  }

  @Test("A variable that a file uses and nobody sets is warned of with its line")
  func unset() throws {
    let folder = try ComposeFolder([".env": "A=1\nB=$NONE\n", "compose.yaml": "services: {s: {image: i}}"])
    #expect(
      try folder.load().warnings.map(\.description) == [
        ".env:2:1: the variable NONE is not set; an empty string is used"
      ])
  }

  @Test("A missing or broken file is blamed on the line that names it, or on its own")
  func failures() throws {
    let folder = try ComposeFolder([
      "bad.env": "A=1\nB C=2\n",
      "compose.yaml": "services:\n  s:\n    image: i\n    env_file:\n      - none.env\n      - bad.env\n",
    ])
    let found = folder.failures()
    #expect(found.count == 2)
    #expect(
      found.contains { $0.hasPrefix("compose.yaml:5:9: services.s.env_file[0]: the file none.env does not exist") })
    #expect(found.contains { $0.contains("bad.env:2:1: services.s.env_file[1]: the name `B C` contains a space") })
  }

  @Test("label_file fills the labels of a service")
  func labels() throws {
    let folder = try ComposeFolder([
      "l.env": "a=file\nb=file\n", "compose.yaml": "services: {s: {image: i, label_file: l.env, labels: {a: own}}}",
    ])
    #expect(try folder.load().tree["services"]?["s"]?["labels"] == (try yaml("{a: own, b: file}")))
  }

  @Test("Variables without a value take the project's, or stay unset")
  func passThrough() throws {
    let a = try service("environment: [A, B, C=]", ["A": "x"])
    #expect(a["environment"] == (try yaml("{A: x, B: null, C: \"\"}")))
  }
}
