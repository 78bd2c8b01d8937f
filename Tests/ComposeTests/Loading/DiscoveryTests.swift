import Compose
import Testing
import YAML

@Suite struct DiscoveryTests {
  private let file = "services: {a: {image: i}}"

  @Test("The nearest compose file upwards is taken, with its override file")
  func search() throws {
    let folder = try ComposeFolder([
      "compose.yaml": file, "compose.override.yaml": "services: {a: {user: u}}", "deep/er/keep": "",
    ])
    let project = try folder.load { $0.workingDirectory = folder.path + "/deep/er" }
    #expect(project.workingDirectory == folder.path)
    #expect(project.files.map { $0.split(separator: "/").last! } == ["compose.yaml", "compose.override.yaml"])
    #expect(project.tree["services"]?["a"]?["user"]?.string == "u")
  }

  @Test("Of several candidates the first is taken, with a warning")
  func several() throws {
    let folder = try ComposeFolder(["compose.yml": file, "docker-compose.yaml": "services: {b: {image: i}}"])
    let project = try folder.load()
    #expect(project.tree["services"]?["a"] != nil)
    #expect(project.warnings.first?.message.hasSuffix("; using compose.yml") == true)
  }

  @Test("COMPOSE_FILE names the files, with a separator of choice; -f wins over it")
  func environment() throws {
    let folder = try ComposeFolder(["x.yaml": file, "y.yaml": "services: {a: {user: u}}"])
    let named = try folder.load(["COMPOSE_FILE": "x.yaml,y.yaml", "COMPOSE_PATH_SEPARATOR": ","])
    #expect(named.tree["services"]?["a"]?["user"]?.string == "u")
    let given = try folder.load(["COMPOSE_FILE": "none.yaml"]) { $0.files = ["x.yaml"] }
    #expect(given.files.count == 1)
  }

  @Test("A .env may say which files there are")
  func dotenv() throws {
    let folder = try ComposeFolder([".env": "COMPOSE_FILE=x.yaml\n", "x.yaml": file])
    #expect(try folder.load().files == [folder.path + "/x.yaml"])
  }

  @Test("Paths start from --project-directory, or else from the first file")
  func projectDirectory() throws {
    let text = "services: {a: {image: i, volumes: [\"./d:/d\"]}}"
    let folder = try ComposeFolder(["x/c.yaml": text, "y/keep": ""])
    func source(_ change: (inout LoadOptions) -> Void) throws -> String? {
      try folder.load([:], change).tree["services"]?["a"]?["volumes"]?.sequence?.first?["source"]?.string
    }
    #expect(try source { $0.files = ["x/c.yaml"] } == folder.path + "/x/d")
    #expect(
      try source {
        $0.files = ["x/c.yaml"]
        $0.projectDirectory = "y"
      } == folder.path + "/y/d")
  }

  @Test("Without a compose file the way to name one is told")
  func none() throws {
    let folder = try ComposeFolder(["keep": ""])
    let found = folder.failures()
    #expect(found[0].contains("there is no compose file in \(folder.path) or a directory above it"))
  }

  @Test("A file that cannot be read says why")
  func unreadable() throws {
    let folder = try ComposeFolder(["d/keep": ""])
    #expect(folder.failures { $0.files = ["no.yaml"] } == ["\(folder.path)/no.yaml: No such file or directory"])
    #expect(folder.failures { $0.files = ["d"] } == ["\(folder.path)/d: is a directory, not a file"])
  }
}
