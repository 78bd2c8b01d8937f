import Compose
import Testing
import YAML

@Suite struct ConfigQueryTests {
  private static let text = """
    services:
      web:
        image: "w:$T"
        command: [echo, $$HOME, "a: b"]
        profiles: [p]
        environment: {N: "5", B: "true", L: "a\\nb", E: "", S: " x", D: "2001-01-01", Y: "yes"}
        labels: {"a.b": "c #d", "e": "- f"}
        ports: ["80:80"]
        configs: [c]
        x-own: {k: [1]}
      api: {build: ., deploy: {replicas: 2}}
    configs: {c: {environment: T}}
    x-top: [1, 2]
    """

  private func answer(
    _ content: ConfigQuery.Content = .project, _ format: ConfigQuery.Format? = nil,
    _ change: (inout LoadOptions) -> Void = { $0.profiles = ["p"] }
  ) throws -> String {
    let folder = try ComposeFolder(["compose.yaml": Self.text])
    var query = ConfigQuery(options: folder.options(["T": "1$2"], change))
    query.content = content
    query.format = format
    return try query.answer().text.replacing(folder.path, with: "@")
  }

  @Test("Names are listed one per line, in order")
  func lists() throws {
    #expect(try answer(.services) == "api\nweb\n")
    #expect(try answer(.services, nil) { _ in } == "api\n")
    #expect(try answer(.profiles, nil) { _ in } == "p\n")
    #expect(try answer(.images) == "test-api\nw:1$2\n")
    #expect(try answer(.networks) == "default\n")
    #expect(try answer(.volumes) == "")
    #expect(try answer(.environment).contains("T=1$2\n"))
  }

  @Test("The YAML that is printed loads to the same project again, dollars included")
  func yamlRoundTrip() throws {
    let printed = try answer(.project, .yaml)
    let again = try ComposeFolder(["compose.yaml": printed.replacing("@", with: "/w")])
    var query = ConfigQuery(options: again.options(["T": "1$2"]) { $0.profiles = ["p"] })
    #expect(try query.answer().text == printed.replacing("@", with: "/w"))
    query.format = .json
    #expect(try yaml(query.answer().text) == yaml(answer(.project, .json).replacing("@", with: "/w")))
  }

  @Test("Strings that would be read as something else are quoted")
  func quoting() throws {
    let printed = try answer()
    for line in [
      "      B: \"true\"", "      D: \"2001-01-01\"", "      E: \"\"", "      \"N\": \"5\"", "      S: ' x'",
      "      \"Y\": \"yes\"",
      "      a.b: 'c #d'", "      e: '- f'", "      - 'a: b'", "      - $$HOME", "    image: w:1$$2", "    x-own:",
    ] {
      #expect(printed.contains(line + "\n"), "\(line)\n\(printed)")
    }
    #expect(printed.contains("      L: |-\n        a\n        b\n"))
  }

  @Test("Content that comes from the environment is not printed, in either format")
  func content() throws {
    #expect(!(try answer(.project, .yaml).contains("content")))
    #expect(!(try answer(.project, .json).contains("content")))
  }

  @Test("JSON leaves out extensions but those at the top, and says null for what the image decides")
  func json() throws {
    let tree = try yaml(answer(.project, .json))
    #expect(tree["services"]?["web"]?["x-own"] == nil)
    #expect(tree["x-top"] == (try yaml("[1, 2]")))
    #expect(tree["services"]?["web"]?["entrypoint"]?.isNull == true)
  }

  @Test("Without interpolation the model shows its variables")
  func model() throws {
    let printed = try answer(.project, .json) { $0.interpolates = false }
    #expect(printed.contains("\"image\": \"w:$T\""))
    #expect(printed.contains("$$HOME"))
  }

  @Test("Variables are listed with what they need")
  func variables() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "services: {a: {image: \"${A:?x}${B:-${C}}\", user: \"${D:+alt}$$E\"}}"
    ])
    var query = ConfigQuery(options: folder.options())
    query.content = .variables
    #expect(
      try query.answer().text == """
        NAME                REQUIRED            DEFAULT VALUE       ALTERNATE VALUE
        A                   true                                    \n\
        B                   false               ${C}                \n\
        C                   false                                   \n\
        D                   false                                   alt

        """)
    query.format = .json
    #expect(try yaml(query.answer().text)["B"]?["DefaultValue"]?.string == "${C}")
  }

  @Test("A hash changes with what concerns the container, and with nothing else")
  func hash() throws {
    func hash(_ attributes: String) throws -> String {
      let folder = try ComposeFolder(["compose.yaml": "services: {a: {image: i\(attributes)}, b: {image: i}}"])
      var query = ConfigQuery(options: folder.options())
      query.content = .hash(["a"])
      return try query.answer().text
    }
    let plain = try hash("")
    #expect(plain.hasPrefix("a ") && plain.utf8.count == 67)
    #expect(try hash(", depends_on: [b], pull_policy: always, scale: 2, build: .") == plain)
    #expect(try hash(", user: u") != plain)
  }

  @Test(
    "SHA-256 of the standard's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func sha256(text: String, digest: String) { #expect(digestOf(text) == digest) }
}
