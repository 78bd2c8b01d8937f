import Linux
import Spec
import Testing

@testable import Networking

@Suite("Other firewalls on the machine", .enabled(if: isRoot && hasProgram("nft"), "needs root and nft"))
struct HostPolicyTests {
  private func warnings(_ ruleset: String) throws -> [String] {
    try inSandbox {
      if !ruleset.isEmpty { #expect(try run("nft", ruleset) == "") }
      var spec = NetworkSpec(name: "front")
      spec.pools = [AddressPool(subnet: "172.18.0.0/16", gateway: "172.18.0.1")]
      let bridge = try BridgeDefinition(networkID: String(repeating: "ab", count: 32), spec: spec)
      try writeExisting("1", to: "/proc/sys/net/ipv4/ip_forward")
      return try NetworkStack().ensureBridge(bridge).map(\.message)
    }
  }

  @Test("a policy that drops forwarded packets is named, with the remedy, and left alone")
  func drop() throws {
    #expect(
      try warnings(
        "add table inet office; add chain inet office gate { type filter hook forward priority 0; policy drop; }") == [
          "another firewall drops forwarded packets (table inet office, chain gate), so containers of network front may "
            + "neither reach the world nor be reached; allow them there: nft insert rule inet office gate iifname "
            + "br-abababababab accept and the same with oifname"
        ])
    let iptables = try warnings(
      "add table ip filter; add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }")
    #expect(iptables.count == 1)
    #expect(
      iptables[0].hasSuffix("iptables -I FORWARD -i br-abababababab -j ACCEPT and the same with -o br-abababababab"))
  }

  @Test(
    "the older firewall of the kernel is looked at, too",
    .enabled(if: hasProgram("iptables-legacy"), "needs iptables-legacy"))
  func legacy() throws {
    try inSandbox {
      #expect(!LegacyTables.dropsForwarded(.v4))
      try run("iptables-legacy", "-P", "FORWARD", "DROP")
      #expect(LegacyTables.dropsForwarded(.v4))
      #expect(!LegacyTables.dropsForwarded(.v6))
      try run("iptables-legacy", "-P", "FORWARD", "ACCEPT")
      #expect(!LegacyTables.dropsForwarded(.v4))
    }
  }

  @Test("a firewall that lets forwarded packets through, or guards only IPv6, is no reason to warn")
  func silent() throws {
    #expect(try warnings("") == [])
    #expect(
      try warnings(
        "add table inet office; add chain inet office gate { type filter hook forward priority 0; policy accept; }")
        == [])
    #expect(
      try warnings(
        "add table ip6 office; add chain ip6 office gate { type filter hook forward priority 0; policy drop; }") == [])
  }
}
