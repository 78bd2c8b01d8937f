import Diagnostics
import Glibc
import Linux
import Spec
import Testing

@testable import Engine

/// An engine whose process dies, as by `kill -9`, when it comes to a certain moment.
private func mortalEngine(_ base: String, dyingAt moment: String) -> Engine {
  Engine(
    host: TestMachine.host(base),
    failpoints: Failpoints { if $0.description == moment { Glibc.kill(getpid(), SIGKILL) } })
}

@Suite(.enabled(if: isRoot, "images keep owners, so this needs root"))
struct CrashTests {
  @Test(
    "A command that is killed while it makes a container leaves its name free and nothing behind",
    arguments: ["create.begun", "create.named", "create.volumes"])
  func creating(moment: String) async throws {
    let machine = try TestMachine()
    let base = machine.base
    await #expect(processExitsWith: .signal(SIGKILL)) { [base = base as String, moment = moment as String] in
      _ = try mortalEngine(base, dyingAt: moment).create(spec("web"))
    }
    let engine = machine.engine()
    #expect(try engine.containers().isEmpty)
    let (id, _) = try engine.create(spec("web"))
    #expect(machine.entries("containers") == [id])
    #expect(machine.entries("names") == ["web"])
    #expect(try machine.entries("volumes") == engine.container(id).record.volumes.map(\.name))
    #expect(try engine.doctor().isEmpty)
  }

  @Test("A container whose maker is killed after it is written down is there")
  func created() async throws {
    let machine = try TestMachine()
    let base = machine.base
    await #expect(processExitsWith: .signal(SIGKILL)) { [base = base as String] in
      _ = try mortalEngine(base, dyingAt: "create.finished").create(spec("web"))
    }
    #expect(try machine.engine().container("web").state == .created)
    #expect(try machine.engine().doctor().isEmpty)
  }

  @Test(
    "A removal that is killed is either not begun or finished by the next command",
    arguments: [("remove.begun", true), ("remove.retired", false)])
  func removing(moment: String, remains: Bool) async throws {
    let machine = try TestMachine()
    let base = machine.base
    _ = try machine.engine().create(spec("web"))
    await #expect(processExitsWith: .signal(SIGKILL)) { [base = base as String, moment = moment as String] in
      try mortalEngine(base, dyingAt: moment).remove("web", volumes: true)
    }
    let engine = machine.engine()
    #expect(try engine.containers().map(\.name) == (remains ? ["web"] : []))
    if remains { try engine.remove("web", volumes: true) }
    _ = try engine.create(spec("other"))
    try engine.remove("other", volumes: true)
    for folder in ["containers", "names", "volumes"] { #expect(machine.entries(folder).isEmpty) }
    #expect(try engine.doctor().isEmpty)
  }

  @Test(
    "After a renaming that is killed the container has one name, and the other one is free",
    arguments: ["rename.claimed", "rename.written"])
  func renaming(moment: String) async throws {
    let machine = try TestMachine()
    let base = machine.base
    let (id, _) = try machine.engine().create(spec("old"))
    await #expect(processExitsWith: .signal(SIGKILL)) { [base = base as String, moment = moment as String] in
      try mortalEngine(base, dyingAt: moment).rename("old", to: "new")
    }
    let engine = machine.engine()
    let name = try engine.container(id).name
    #expect(name == (moment == "rename.claimed" ? "old" : "new"))
    #expect(try engine.container(name).id == id)
    _ = try engine.create(spec(name == "old" ? "new" : "old"))
  }

  @Test("A record that a power cut garbled is noticed, named and set aside, and its name is free again")
  func garbled() throws {
    let machine = try TestMachine()
    let (id, _) = try machine.engine().create(spec("web"))
    _ = try machine.engine().create(spec("db"))
    let path = "\(machine.base)/root/containers/\(id)/config.json"
    try writeAtomically([UInt8](repeating: 0, count: 2000), to: path)
    #expect(try machine.engine().containers().map(\.name) == ["db"])
    #expect(machine.heard.all.contains { $0.contains(String(id.prefix(12))) })
    #expect(try machine.engine().doctor().map(\.kind) == [.record])

    let (new, _) = try machine.engine().create(spec("web"))
    #expect(try machine.engine().container("web").id == new)
    #expect(machine.entries("damaged") == ["container-\(id)"])
    #expect(try machine.engine().doctor().isEmpty)
  }

  @Test("Doctor repairs what it lists")
  func doctor() throws {
    let machine = try TestMachine()
    let (id, _) = try machine.engine().create(spec("web"))
    try writeAtomically([1], to: "\(machine.base)/root/containers/\(id)/config.json")
    try makeDirectories("\(machine.base)/root/containers/.new-\(Identifier.random())")
    try makeDirectories("\(machine.base)/root/volumes/.old-x")
    try makeDirectories("\(machine.base)/run/containers/\(Identifier.random())")
    let found = try machine.engine().doctor()
    #expect(Set(found.map(\.kind)) == [.record, .container, .volume, .runFolder])
    #expect(found.allSatisfy { !$0.repaired })
    #expect(try machine.engine().doctor(repair: true).allSatisfy(\.repaired))
    // The name of the container that was set aside leads nowhere by now.
    #expect(try machine.engine().doctor(repair: true).allSatisfy { $0.kind == .name && $0.repaired })
    #expect(try machine.engine().doctor().isEmpty)
  }
}
