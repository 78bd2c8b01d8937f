import Diagnostics
import Glibc
import Linux
import Spec
import Testing

@testable import Engine

@Suite struct NetworkStoreTests {
  private final class Folder {
    let path = "/tmp/davit-networks-\(getpid())-\(Int.random(in: 0..<1_000_000_000))"
    var store: NetworkStore { NetworkStore(host: TestMachine.host(path)) }
    deinit { try? removeTree(path) }
  }

  private func network(_ name: String, id: String = Identifier.random()) -> Network {
    let spec = NetworkSpec(name: name)
    return Network(id: id, spec: spec, asked: spec, owner: nil, created: .now())
  }

  @Test("A network is found by its name, its id and the unambiguous beginning of its id")
  func resolve() throws {
    let folder = Folder()
    let store = folder.store
    let front = network("front", id: "a1" + String(repeating: "0", count: 62))
    let back = network("back", id: "a2" + String(repeating: "0", count: 62))
    try store.write(front)
    try store.write(back)
    for text in ["front", front.id, "a1"] { #expect(try store.resolve(text) == front) }
    let ambiguous = #expect(throws: Failure.self) { try store.resolve("a") }
    #expect(ambiguous?.hint == "front, back")
    let missing = #expect(throws: Failure.self) { try store.resolve("nowhere") }
    #expect(missing?.code == .notFound)
  }

  @Test("A network that was removed and made again under its name is not mistaken for the first")
  func remade() throws {
    let folder = Folder()
    let store = folder.store
    let first = network("front")
    try store.write(first)
    #expect(try store.resolve("front") == first)
    // Another command does this; what this store remembers is old then.
    try folder.store.remove(first.id)
    #expect(throws: Failure.self) { try store.resolve("front") }
    let second = network("front")
    try folder.store.write(second)
    #expect(try store.resolve("front") == second)
  }

  @Test("A garbled record is named, and the others are still listed")
  func garbled() throws {
    let folder = Folder()
    let store = folder.store
    let (good, bad) = (network("good"), network("bad"))
    try store.write(good)
    try store.write(bad)
    try writeAtomically(Array("{}".utf8), to: "\(store.folder(bad.id))/network.json")
    let (networks, damaged) = try store.list()
    #expect(networks == [good])
    #expect(damaged.map(\.id) == [bad.id])
  }
}
