import Diagnostics
import Linux
import Testing

@testable import Networking

@Suite("Files that tell a container of names")
struct HostFilesTests {
  private func hosts(
    _ extra: [String], domain: String? = nil, addresses: [String] = ["172.18.0.2"], gateway: [String] = ["172.18.0.1"]
  ) throws(Failure) -> [String] {
    try HostFiles.hosts(
      hostname: "web", domainname: domain, addresses: addresses.compactMap { IPAddress($0) }, extraHosts: extra,
      hostGateway: gateway.compactMap { IPAddress($0) }, links: [("database", .v4(0xac12_0003))]
    ).split(separator: "\n").dropFirst(6).map(String.init)
  }

  @Test("/etc/hosts has what every container has, the extra hosts, the links and the container itself")
  func hosts() throws {
    #expect(
      try hosts(["api=203.0.113.7", "six:2001:db8::7", "bracket=[2001:db8::8]", "me=host-gateway"]) == [
        "203.0.113.7\tapi", "2001:db8::7\tsix", "2001:db8::8\tbracket", "172.18.0.1\tme", "172.18.0.3\tdatabase",
        "172.18.0.2\tweb",
      ])
    #expect(
      try hosts([], domain: "example.org", addresses: ["172.18.0.2", "fd18::2"]).suffix(2) == [
        "172.18.0.2\tweb.example.org web", "fd18::2\tweb.example.org web",
      ])
    let start = try HostFiles.hosts(
      hostname: "web", domainname: nil, addresses: [], extraHosts: [], hostGateway: [])
    #expect(start.hasPrefix("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"))
  }

  @Test("extra hosts that make no sense are refused")
  func wrong() {
    func refusal(_ entry: String, gateway: [String] = ["172.18.0.1"]) -> String {
      do throws(Failure) { return "\(try hosts([entry], gateway: gateway))" } catch { return error.message }
    }
    #expect(refusal("api") == "extra_hosts: \"api\" is no name with an address")
    #expect(refusal("api=nowhere") == "extra_hosts: api has \"nowhere\", which is no IP address")
    #expect(
      refusal("me=host-gateway", gateway: [])
        == "extra_hosts: me is host-gateway, and the container has no network with a gateway")
  }

  @Test("resolv.conf names 127.0.0.11, and takes search and options from the host unless the container has its own")
  func resolver() {
    let host = ResolverConfiguration(
      parsing: """
        # comment
        nameserver 192.0.2.53
        nameserver 2001:db8::53
        domain old.example
        search corp.example lan
        options edns0 trust-ad
        """)
    func text(_ dns: [String] = [], _ search: [String] = [], _ options: [String] = [], nameServer: Bool = true)
      -> String
    {
      HostFiles.resolverConfiguration(host: host, dns: dns, search: search, options: options, nameServer: nameServer)
    }
    #expect(text() == "nameserver 127.0.0.11\nsearch corp.example lan\noptions edns0 trust-ad ndots:0\n")
    #expect(
      text(["203.0.113.9"], ["shop.example"], ["ndots:2"])
        == "nameserver 127.0.0.11\nsearch shop.example\noptions ndots:2\n")
    #expect(text([], ["."]) == "nameserver 127.0.0.11\noptions edns0 trust-ad ndots:0\n")
    #expect(
      text(["203.0.113.9"], nameServer: false)
        == "nameserver 203.0.113.9\nsearch corp.example lan\noptions edns0 trust-ad\n")
  }

  @Test("queries of a container on internal networks only are not sent through the host")
  func resolvers() {
    let host = ResolverConfiguration(parsing: "nameserver 192.0.2.53\n")
    func resolvers(_ dns: [String], _ isInternal: Bool) -> [[String]] {
      let found = host.resolvers(dns: dns, isInternal: isInternal)
      return [found.outside, found.inside]
    }
    #expect(resolvers([], false) == [["192.0.2.53"], []])
    #expect(resolvers(["203.0.113.9", "127.0.0.1"], false) == [["203.0.113.9"], ["127.0.0.1"]])
    #expect(resolvers([], true) == [[], []])
    #expect(resolvers(["172.20.0.53"], true) == [[], ["172.20.0.53"]])
  }

  @Test("a name file has each name with each address, the qualified name first")
  func names() {
    let file = NameFile(
      addresses: [.v4(0xac12_0002), IPAddress("fd18::2")!], names: ["shop-db-1", "db", "db", "two words", ""],
      network: "shop_default")
    #expect(
      file.text == """
        172.18.0.2 shop-db-1.shop_default
        fd18::2 shop-db-1.shop_default
        172.18.0.2 shop-db-1
        fd18::2 shop-db-1
        172.18.0.2 db
        fd18::2 db
        172.18.0.2 db.shop_default
        fd18::2 db.shop_default

        """)
  }
}
