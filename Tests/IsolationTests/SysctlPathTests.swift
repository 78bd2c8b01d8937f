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
