import Testing

@testable import Isolation

@Test(
  "A sysctl is found whichever way it is written",
  arguments: [
    ("net.ipv4.ip_forward", "net/ipv4/ip_forward"),
    ("net/ipv4/ip_forward", "net/ipv4/ip_forward"),
    ("net.ipv4.conf.eth0/1.rp_filter", "net/ipv4/conf/eth0.1/rp_filter"),
    ("net/ipv4/conf/eth0.1/rp_filter", "net/ipv4/conf/eth0.1/rp_filter"),
  ])
func sysctlPath(name: String, path: String) { #expect(ProcessFileSystem.path(of: name) == path) }

@Test("The lines of uid_map are those that the kernel reads")
func identityMap() {
  #expect(
    IdentityMaps.text([
      .init(inside: 0, outside: 100_000, count: 1000), .init(inside: 1000, outside: 1000, count: 1),
    ]) == "0 100000 1000\n1000 1000 1\n")
}
