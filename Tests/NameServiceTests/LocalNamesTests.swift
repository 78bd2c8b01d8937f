import Testing

@testable import NameService

@Suite("Names of a container's networks")
struct LocalNamesTests {
  private func names(_ folders: [TemporaryFolder], search: [String] = []) -> LocalNames {
    LocalNames(directories: folders.map(\.path), search: search, turn: 0)
  }

  private func addresses(_ outcome: LocalNames.Outcome) -> [String]? {
    guard case .answer(_, let records) = outcome else { return nil }
    return records.map {
      switch $0 {
      case .address(let address): "\(address)"
      case .pointer(let name): name.text
      }
    }
  }

  @Test("a container is found by its name and its aliases, in any case of letters")
  func found() throws {
    let folder = try TemporaryFolder()
    try folder.write("172.18.0.2 shop-db-1\n172.18.0.2 db\n172.18.0.2 db.shop\n", to: "aaaa")
    var names = names([folder])
    for name in ["shop-db-1", "DB", "db.shop"] {
      #expect(addresses(names.outcome(of: try query(name))) == ["172.18.0.2"])
    }
    #expect(names.outcome(of: try query("nobody")) == .unknown)
  }

  @Test("AAAA of a name with only IPv4 is an empty answer, and so is every other type; none is forwarded")
  func noData() throws {
    let folder = try TemporaryFolder()
    try folder.write("172.18.0.2 db\n", to: "aaaa")
    try folder.write("fd18::2 six\n", to: "bbbb")
    var names = names([folder])
    #expect(names.outcome(of: try query("db", Query.Kind.address6)) == .answer(.success, []))
    #expect(names.outcome(of: try query("db", 15)) == .answer(.success, []))
    #expect(names.outcome(of: try query("six")) == .answer(.success, []))
    #expect(addresses(names.outcome(of: try query("six", Query.Kind.address6))) == ["fd18::2"])
  }

  @Test("replicas take turns to come first")
  func rotation() throws {
    let folder = try TemporaryFolder()
    for number in 2...4 {
      try folder.write("172.18.0.\(number) web-\(number)\n172.18.0.\(number) web\n", to: "\(number)")
    }
    var names = names([folder])
    let firsts = try (0..<6).map { _ in addresses(names.outcome(of: try query("web")))?.first ?? "" }
    #expect(Set(firsts.prefix(3)).count == 3)
    #expect(firsts.prefix(3) == firsts.suffix(3))
    #expect(addresses(names.outcome(of: try query("web")))?.count == 3)
  }

  @Test("networks are asked in order, and the first that knows a name answers")
  func order() throws {
    let front = try TemporaryFolder()
    let back = try TemporaryFolder()
    try front.write("172.18.0.2 db\n", to: "a")
    try back.write("172.19.0.2 db\n172.19.0.3 queue\n", to: "a")
    var names = names([front, back])
    #expect(addresses(names.outcome(of: try query("db"))) == ["172.18.0.2"])
    #expect(addresses(names.outcome(of: try query("queue"))) == ["172.19.0.3"])
  }

  @Test("an address leads back to the container's own name, IPv4 and IPv6")
  func reverse() throws {
    let folder = try TemporaryFolder()
    try folder.write("172.18.0.2 shop-db-1\n172.18.0.2 db\nfd18::2 shop-db-1\n", to: "a")
    var names = names([folder])
    #expect(
      addresses(names.outcome(of: try query("2.0.18.172.in-addr.arpa", Query.Kind.pointer))) == ["shop-db-1"])
    let six = "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.1.d.f.ip6.arpa"
    #expect(addresses(names.outcome(of: try query(six, Query.Kind.pointer))) == ["shop-db-1"])
    #expect(names.outcome(of: try query("9.0.18.172.in-addr.arpa", Query.Kind.pointer)) == .unknown)
  }

  @Test("who comes and goes is noticed at once, also within one tick of the clock")
  func changes() throws {
    let folder = try TemporaryFolder()
    var names = names([folder])
    for number in 0..<20 {
      try folder.write("172.18.0.\(number) web\n", to: "a")
      #expect(addresses(names.outcome(of: try query("web"))) == ["172.18.0.\(number)"])
      try folder.remove("a")
      #expect(names.outcome(of: try query("web")) == .unknown)
    }
  }

  @Test("a search domain is taken off only when no resolver knows the name")
  func search() throws {
    let folder = try TemporaryFolder()
    try folder.write("172.18.0.2 db\n", to: "a")
    var names = names([folder], search: ["corp.example"])
    #expect(names.outcome(of: try query("db.corp.example")) == .unknown)
    #expect(addresses(names.fallback(for: try query("db.corp.example"))) == ["172.18.0.2"])
    #expect(names.fallback(for: try query("db.example")) == .unknown)
  }

  @Test("broken lines and half-written files are passed over")
  func broken() throws {
    let folder = try TemporaryFolder()
    try folder.write("172.18.0.2\nnonsense db\n172.18.0.3 db extra\n172.18.0.4 db\n", to: "a")
    try folder.write("172.18.0.9 db\n", to: ".b.1.tmp")
    var names = names([folder])
    #expect(addresses(names.outcome(of: try query("db"))) == ["172.18.0.4"])
  }
}
