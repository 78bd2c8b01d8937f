import Diagnostics
import Linux
import Spec
import Testing

@testable import Engine

@Suite(.enabled(if: isRoot, "images keep owners, so this needs root"))
struct CreatingTests {
  @Test("A container is found by its name, its id and the beginning of its id, and waits to be started")
  func found() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    let (id, warnings) = try engine.create(spec("web"), owner: Ownership(project: "shop", service: "web", number: 1))
    #expect(warnings.isEmpty)
    for name in ["web", "/web", id, String(id.prefix(7))] { #expect(try engine.container(name).id == id) }
    let view = try engine.container("web")
    #expect(view.state == .created)
    #expect(view.record.arguments == ["/bin/sh"])
    #expect(view.record.spec.imageID.hasPrefix("sha256:"))
    #expect(try engine.containers(project: "shop").map(\.name) == ["web"])
    #expect(try engine.containers(project: "sho").isEmpty)
    #expect(try engine.containers(all: false).isEmpty)
  }

  @Test("A name is given once on a machine; the refusal says who has it and leaves nothing behind")
  func nameTaken() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    let (id, _) = try engine.create(spec("web"), owner: Ownership(project: "shop", service: "web", number: 1))
    let volumes = machine.entries("volumes")
    let failure = #expect(throws: Failure.self) { try engine.create(spec("web")) }
    #expect(failure?.code == .conflict)
    #expect(failure?.description.contains("container \(id.prefix(12)) (project shop)") == true)
    #expect(machine.entries("containers") == [id])
    #expect(machine.entries("volumes") == volumes)
  }

  @Test("Of many that want one name at the same moment exactly one gets it")
  func race() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    let results = WorkerPool.map(Array(0..<16), limit: 8) { _ in try engine.create(spec("web")).id }
    #expect(results.filter { (try? $0.get()) != nil }.count == 1)
    #expect(machine.entries("containers").count == 1)
  }

  @Test(
    "What cannot be a name is refused", arguments: ["", "-x", "a/b", "..", "a b", String(repeating: "x", count: 256)])
  func badNames(name: String) throws {
    let machine = try TestMachine()
    #expect(throws: Failure.self) { try machine.engine().create(spec(name)) }
    #expect(machine.entries("containers").isEmpty)
  }

  @Test("An image that is not here is named, with what to do")
  func missingImage() throws {
    let machine = try TestMachine()
    let failure = #expect(throws: Failure.self) {
      try machine.engine().create(ContainerSpec(name: "web", image: "nowhere:1"))
    }
    #expect(failure?.message == "image nowhere:1 is not on this machine")
    #expect(failure?.hint != nil)
  }

  @Test("The content of a secret is in a file of its own that only root can reach, and not in the record")
  func secrets() throws {
    let machine = try TestMachine()
    var wanted = spec("web")
    wanted.files = [
      FileSpec(
        .secret, name: "key", target: "/run/secrets/key", content: Array("hunter2".utf8), contentDigest: "sha256:00")
    ]
    let (id, _) = try machine.engine().create(wanted)
    let folder = "\(machine.base)/root/containers/\(id)"
    #expect(try readText("\(folder)/files/0") == "hunter2")
    #expect(try FileStatus.of("\(folder)/files/0").permissions == 0o444)
    #expect(try FileStatus.of("\(folder)/files").permissions == 0o700)
    #expect(try !readText("\(folder)/config.json").contains("hunter2"))
  }

  @Test("A renamed container gives its old name back")
  func rename() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    let (id, _) = try engine.create(spec("web"))
    let (other, _) = try engine.create(spec("db"))
    #expect(throws: Failure.self) { try engine.rename("web", to: "db") }
    try engine.rename("web", to: "old")
    #expect(try engine.container("old").id == id)
    #expect(throws: Failure.self) { try engine.container("web") }
    try engine.rename(other, to: "web")
    #expect(try engine.container("web").id == other)
  }

  @Test("Labels and limits of a container that does not run are changed in its record")
  func update() throws {
    let machine = try TestMachine()
    let engine = machine.engine()
    _ = try engine.create(spec("web"))
    var update = ContainerUpdate()
    update.labels = ["a": "b"]
    update.resources = ResourceSpec()
    update.resources?.memory = 1 << 26
    try engine.update("web", update)
    let view = try engine.container("web")
    #expect(view.record.spec.labels == ["a": "b"])
    #expect(view.record.spec.resources.memory == 1 << 26)
  }
}
