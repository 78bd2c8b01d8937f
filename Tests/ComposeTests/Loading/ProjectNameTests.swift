import Compose
import Testing
import YAML

@Suite struct ProjectNameTests {
  private func name(
    _ text: String, _ environment: [String: String] = [:], given: String? = nil
  ) throws -> String {
    try ComposeFolder(["My.Proj_1/compose.yaml": text]).load(environment) {
      $0.projectName = given
      $0.files = ["My.Proj_1/compose.yaml"]
    }.name
  }

  @Test("-p wins over COMPOSE_PROJECT_NAME, over name:, over the folder")
  func precedence() throws {
    let text = "name: In-File\nservices: {a: {image: i}}"
    #expect(try name(text, ["COMPOSE_PROJECT_NAME": "env"], given: "flag") == "flag")
    #expect(try name(text, ["COMPOSE_PROJECT_NAME": "env"]) == "env")
    #expect(try name(text) == "in-file")
    #expect(try name("services: {a: {image: i}}") == "myproj_1")
  }

  @Test("name: is interpolated, and available to values as COMPOSE_PROJECT_NAME")
  func interpolated() throws {
    let project = try ComposeFolder([
      "compose.yaml": "name: p-${E}\nservices: {a: {image: \"i:$COMPOSE_PROJECT_NAME\"}}"
    ]).load(["E": "x"]) { $0.projectName = nil }
    #expect(project.name == "p-x")
    #expect(project.tree["services"]?["a"]?["image"]?.string == "i:p-x")
    #expect(project.tree["networks"]?["default"]?["name"]?.string == "p-x_default")
  }

  @Test("A name that cannot be one is refused, with one that can")
  func invalid() throws {
    let folder = try ComposeFolder(["compose.yaml": "services: {a: {image: i}}"])
    let found = folder.failures { $0.projectName = "My App" }
    #expect(found[0].hasPrefix("`My App` (-p) cannot be the name of a project"))
    #expect(found[0].hasSuffix(": myapp"))
  }
}
