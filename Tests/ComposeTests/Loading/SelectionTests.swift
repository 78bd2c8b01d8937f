import Compose
import Testing
import YAML

@Suite struct SelectionTests {
  private let text = """
    services:
      web: {image: i, depends_on: [db], networks: [front]}
      db: {image: i, volumes: ["data:/d"], networks: [back]}
      tool: {image: i, profiles: [debug], networks: [back]}
      other: {image: i, profiles: [x], network_mode: none}
    networks: {front: {}, back: {}}
    volumes: {data: {}, unused: {}}
    """

  private func services(_ change: (inout LoadOptions) -> Void = { _ in }) throws -> [String] {
    try ComposeFolder(["compose.yaml": text]).load([:], change).tree["services"]!.mapping!.keys.sorted()
  }

  @Test("Services with profiles are there when one of them is active")
  func profiles() throws {
    #expect(try services() == ["db", "web"])
    #expect(try services { $0.profiles = ["debug"] } == ["db", "tool", "web"])
    #expect(try services { $0.profiles = ["*"] }.count == 4)
    #expect(try services { $0.environment["COMPOSE_PROFILES"] = "debug, x" }.count == 4)
  }

  @Test("Named services bring what they depend on, and activate their own profiles")
  func named() throws {
    #expect(try services { $0.services = ["web"] } == ["db", "web"])
    #expect(try services { $0.services = ["db"] } == ["db"])
    #expect(try services { $0.services = ["tool"] } == ["tool"])
  }

  @Test("What is left out is known as disabled")
  func disabled() throws {
    let project = try ComposeFolder(["compose.yaml": text]).load { $0.services = ["db"] }
    #expect(project.disabledServices.keys.sorted() == ["other", "tool", "web"])
  }

  @Test("Resources that nobody uses are left out, unless all are asked for")
  func unused() throws {
    let folder = try ComposeFolder(["compose.yaml": text])
    #expect(try folder.load().tree["volumes"]?.mapping?.keys.sorted() == ["data"])
    #expect(try folder.load { $0.services = ["tool"] }.tree["networks"]?.mapping?.keys.sorted() == ["back"])
    #expect(try folder.load { $0.keepsUnusedResources = true }.tree["volumes"]?.mapping?.count == 2)
  }

  @Test("A service that does not exist is refused, and the nearest is offered")
  func unknown() throws {
    let folder = try ComposeFolder(["compose.yaml": text])
    #expect(
      folder.failures { $0.services = ["wbe"] } == ["there is no service `wbe`\n  hint: did you mean `web`?"])
  }

  @Test("A dependency that no profile enables is refused, unless it is not required")
  func disabledDependency() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "services:\n  a:\n    image: i\n    depends_on: [b]\n  b: {image: i, profiles: [p]}\n"
    ])
    #expect(
      folder.failures() == [
        "compose.yaml:4:18: services.a.depends_on: service `b` is not enabled\n"
          + "  hint: enable it with --profile (p), or write `required: false`"
      ])
    let optional = try load(
      "services: {a: {image: i, depends_on: {b: {condition: service_started, required: false}}}, b: {image: i, profiles: [p]}}"
    )
    #expect(optional.tree["services"]?.mapping?.count == 1)
  }
}
