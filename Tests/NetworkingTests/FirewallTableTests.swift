import Glibc
import Linux
import Spec
import Testing

@testable import Networking

@Suite("Davit's firewall table")
struct FirewallTableTests {
  private let ports = [
    PublishedPort(
      hostAddress: .v4(0), hostPort: 8080, transport: .tcp, containerAddress: .v4(0xac12_0002), containerPort: 80),
    PublishedPort(
      hostAddress: .v4(0), hostPort: 8080, transport: .tcp, containerAddress: .v4(0xac12_0003), containerPort: 80,
      slot: 1),
    PublishedPort(
      hostAddress: .loopback, hostPort: 5353, transport: .udp, containerAddress: .v4(0xac12_0002), containerPort: 53),
    PublishedPort(
      hostAddress: .v6(0), hostPort: 8080, transport: .tcp, containerAddress: IPAddress("fd18::2")!, containerPort: 80),
  ]

  private func bridge() throws -> BridgeDefinition {
    var spec = NetworkSpec(name: "front")
    spec.pools = [
      AddressPool(subnet: "172.18.0.0/16", gateway: "172.18.0.1"), AddressPool(subnet: "fd18::/64", gateway: "fd18::1"),
    ]
    return try BridgeDefinition(networkID: String(repeating: "0123456789abcdef", count: 4), spec: spec)
  }

  @Test("the requests that make it are these bytes")
  func bytes() throws {
    // The many rules for replicas differ only in two numbers: the first and the last of each chain stand for them.
    let messages = FirewallTable.creation()
    let replicas = messages.filter { $0.object.hasPrefix("publish") && $0.step.contains("rule") }
    let shown =
      messages.filter { !replicas.contains($0) }
      + ["publish4", "publish6"].flatMap { chain in
        let rules = replicas.filter { $0.object == chain }
        return [rules.first!, rules.last!]
      }
    #expect(replicas.count == 72)
    var text = ""
    for message in shown { text += "\(message.step) \(message.object)\n" + hexadecimal(message.encoded(sequence: 1)) }
    try expectGolden(text, "table.hex")
  }

  @Test("the requests that add and remove elements are these bytes")
  func elementBytes() throws {
    var text = ""
    for message in try bridge().firewallElements.flatMap(\.additions) {
      text += hexadecimal(message.encoded(sequence: 1)) + "\n"
    }
    for message in PublishedPort.elements(of: ports).flatMap(\.additions) {
      text += hexadecimal(message.encoded(sequence: 1)) + "\n"
    }
    for datagram in NetworkStack.exitNetlink(ports) { text += hexadecimal(datagram) + "\n" }
    try expectGolden(text, "elements.hex")
  }

  @Test(
    "the kernel takes the whole table, and nft reads it back as written down",
    .enabled(if: isRoot && hasProgram("nft"), "needs root and nft"))
  func listed() throws {
    let bridge = try bridge()
    let ports = ports
    let listing = try inSandbox {
      let stack = NetworkStack()
      try stack.guardBridge(bridge)
      try stack.publish(ports)
      return try run("nft", "list", "table", "inet", "davit")
    }
    // nft 1.1 has a name for the priority that 1.0 shows as a number.
    try expectGolden(listing.replacing("output priority -100", with: "output priority dstnat"), "table.nft")
  }

  @Test(
    "a listing that an administrator keeps can be loaded again",
    .enabled(if: isRoot && hasProgram("nft"), "needs root and nft"))
  func reloaded() throws {
    let ports = ports
    let (first, errors, second) = try inSandbox {
      try NetworkStack().publish(ports)
      let first = try run("nft", "list", "ruleset")
      let path = "/tmp/davit-ruleset-\(getpid()).nft"
      defer { unlink(path) }
      try writeAtomically(Array(("flush ruleset\n" + first).utf8), to: path)
      let errors = try run("nft", "-f", path)
      return (first, errors, try run("nft", "list", "ruleset"))
    }
    #expect(errors == "")
    #expect(first == second)
  }

  @Test(
    "publishing again changes nothing, and an element that a dead container left is replaced",
    .enabled(if: isRoot, needsRoot))
  func replaced() throws {
    try inSandbox {
      let stack = NetworkStack()
      var port = PublishedPort(
        hostAddress: .v4(0), hostPort: 80, transport: .tcp, containerAddress: .v4(0xac12_0002), containerPort: 80)
      let old = port
      try stack.publish([port])
      try stack.publish([port])
      port.containerAddress = .v4(0xac12_0009)
      try stack.publish([port])
      // Who comes late to take the old one back does not take the new one.
      try stack.unpublish([old])
      #expect(try stack.isPublished(port))
      #expect(try !stack.isPublished(old))
      try stack.unpublish([port, old])
      #expect(try !stack.isPublished(port))
    }
  }

  @Test("a table of another version is replaced, and its elements kept", .enabled(if: isRoot, needsRoot))
  func renewed() throws {
    let bridge = try bridge()
    let ports = ports
    try inSandbox {
      let stack = NetworkStack()
      let netfilter = try NetlinkSocket(.netfilter)
      var older = FirewallTable.creation()
      older[0] = Nftables.newTable(FirewallTable.name, FirewallTable.family, comment: "davit ruleset 0")
      try netfilter.perform(Nftables.batch(older))
      try stack.publish(ports)
      try stack.guardBridge(bridge)
      for port in ports { #expect(try stack.isPublished(port)) }
      #expect(try stack.isGuarded(bridge))
      let table = try netfilter.perform([Nftables.getTable(FirewallTable.name, FirewallTable.family)])
      #expect(table.map { Nftables.comment(of: $0) } == [FirewallTable.version])
    }
  }

  @Test(
    "several commands that begin at the same time make one table, and lose nothing of each other",
    .enabled(if: isRoot, needsRoot))
  func concurrently() throws {
    try inSandbox {
      let ports = (0..<6).map { number in
        PublishedPort(
          hostAddress: .v4(0), hostPort: UInt16(8000 + number), transport: .tcp, containerAddress: .v4(0xac12_0002),
          containerPort: 80)
      }
      for _ in 0..<5 {
        let threads = try ports.map { port in try Thread.spawn { try NetworkStack().publish([port]) } }
        for thread in threads { try thread.join() }
        #expect(try ports.allSatisfy { try NetworkStack().isPublished($0) })
        try NetlinkSocket(.netfilter).perform(
          Nftables.batch([Nftables.deleteTable(FirewallTable.name, FirewallTable.family)]))
      }
    }
  }

  @Test("thousands of ports are published and taken back in one go", .enabled(if: isRoot, needsRoot))
  func thousands() throws {
    try inSandbox {
      let stack = NetworkStack()
      let ports = (1...5000).map {
        PublishedPort(
          hostAddress: .v4(0), hostPort: UInt16($0), transport: .tcp, containerAddress: .v4(0xac12_0002),
          containerPort: UInt16($0))
      }
      try stack.publish(ports)
      try stack.publish(ports)
      #expect(try stack.elements(in: FirewallTable.any4).count == 5000)
      try stack.unpublish(Array(ports.dropLast()))
      #expect(try stack.elements(in: FirewallTable.any4) == [ports.last!.element])
    }
  }

  @Test(
    "when somebody flushes the firewall, the next start makes it again",
    .enabled(if: isRoot && hasProgram("nft"), "needs root and nft"))
  func flushed() throws {
    let bridge = try bridge()
    try inSandbox {
      let stack = NetworkStack()
      _ = try stack.ensureBridge(bridge)
      try run("nft", "flush", "ruleset")
      #expect(try !stack.isGuarded(bridge))
      _ = try stack.ensureBridge(bridge)
      #expect(try stack.isGuarded(bridge))
      // A part of it is as good as all of it.
      try run("nft", "flush", "set", "inet", "davit", "bridges")
      _ = try stack.ensureBridge(bridge)
      #expect(try stack.isGuarded(bridge))
      #expect(try stack.elements(in: FirewallTable.sources4).count == 2)
    }
  }

  fileprivate func hexadecimal(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count, by: 32).map { start in
      bytes[start..<min(start + 32, bytes.count)].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\n"
    }.joined()
  }
}

extension String {
  /// With every occurrence of one text replaced by another.
  fileprivate func replacing(_ old: String, with new: String) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      guard let range = line.firstRange(of: old) else { return String(line) }
      return line[..<range.lowerBound] + new + line[range.upperBound...]
    }.joined(separator: "\n")
  }
}
