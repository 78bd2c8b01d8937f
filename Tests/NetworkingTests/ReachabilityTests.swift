import Linux
import Spec
import Testing

@testable import Networking

@Suite("Who reaches whom", .enabled(if: isRoot, needsRoot))
struct ReachabilityTests {
  @Test("containers of one network reach each other, by IPv4 and IPv6, over TCP and UDP")
  func together() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16", "fd18::/64")
      _ = try world.stack.ensureBridge(front)
      let web = try world.container("web", [(front, 2)])
      let db = try world.container("db", [(front, 3)])
      #expect(try ask("172.18.0.3", 80, from: web.namespace) == "db 172.18.0.2")
      #expect(try ask("fd18::3", 80, from: web.namespace) == "db fd18::2")
      #expect(try ask("172.18.0.2", 80, from: db.namespace, datagram: true) == "web 172.18.0.3")
      #expect(try ask("172.18.0.3", 80, from: world.host) == "db 172.18.0.1")
      withExtendedLifetime([web, db]) {}
    }
  }

  @Test("a published port is reached from this host, from another machine, and from containers")
  func published() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16", "fd18::/64")
      let back = try world.bridge("back", "172.19.0.0/16", "fd19::/64")
      for bridge in [front, back] { _ = try world.stack.ensureBridge(bridge) }
      let web = try world.container("web", [(front, 2)])
      let neighbour = try world.container("neighbour", [(front, 3)])
      let stranger = try world.container("stranger", [(back, 2)])
      try world.stack.publish(web.publishing(8080, .tcp, .udp))

      #expect(try ask("127.0.0.1", 8080, from: world.host) == "web 172.18.0.1")
      #expect(try ask("127.0.0.1", 8080, from: world.host, datagram: true) == "web 172.18.0.1")
      #expect(try ask("10.9.0.1", 8080, from: world.host) == "web 10.9.0.1")
      #expect(try ask("fd09::1", 8080, from: world.host) == "web fd09::1")
      // Other machines are seen by their own addresses.
      #expect(try ask("10.9.0.1", 8080, from: world.neighbour) == "web 10.9.0.2")
      #expect(try ask("10.9.0.1", 8080, from: world.neighbour, datagram: true) == "web 10.9.0.2")
      #expect(try ask("fd09::1", 8080, from: world.neighbour) == "web fd09::2")
      // Hairpin: through the host's address, from the same network, another network, and the container itself.
      #expect(try ask("10.9.0.1", 8080, from: neighbour.namespace) == "web 172.18.0.1")
      #expect(try ask("10.9.0.1", 8080, from: neighbour.namespace, datagram: true) == "web 172.18.0.1")
      #expect(try ask("172.18.0.1", 8080, from: neighbour.namespace) == "web 172.18.0.1")
      #expect(try ask("10.9.0.1", 8080, from: stranger.namespace) == "web 172.18.0.1")
      #expect(try ask("10.9.0.1", 8080, from: web.namespace) == "web 172.18.0.1")
      #expect(try ask("fd09::1", 8080, from: web.namespace) == "web fd18::1")

      try world.stack.unpublish(web.publishing(8080, .tcp, .udp))
      #expect(try ask("10.9.0.1", 8080, from: world.neighbour, patience: 300) == nil)
      withExtendedLifetime([web, neighbour, stranger]) {}
    }
  }

  @Test("a port published on 127.0.0.1 is reached from this host only")
  func loopbackOnly() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16")
      _ = try world.stack.ensureBridge(front)
      let web = try world.container("web", [(front, 2)])
      try world.stack.publish(web.publishing(9090, at: ["127.0.0.1"]))
      #expect(try ask("127.0.0.1", 9090, from: world.host) == "web 172.18.0.1")
      #expect(try ask("10.9.0.1", 9090, from: world.host, patience: 300) == nil)
      #expect(try ask("10.9.0.1", 9090, from: world.neighbour, patience: 300) == nil)
      // A machine of the local network that sends packets for 127.0.0.1 to this host's hardware address, and one that knows
      // the container's address.
      try inNetworkNamespace(world.neighbour.descriptor) {
        try writeExisting("1", to: "/proc/sys/net/ipv4/conf/eth0/route_localnet")
        try run("ip", "address", "delete", "127.0.0.1/8", "dev", "lo")
        try run("ip", "route", "add", "127.0.0.0/8", "via", "10.9.0.1")
        try run("ip", "route", "add", "172.18.0.0/16", "via", "10.9.0.1")
      }
      #expect(try ask("127.0.0.1", 9090, from: world.neighbour, patience: 300) == nil)
      #expect(try ask("172.18.0.2", 80, from: world.neighbour, patience: 300) == nil)
      // A container that does the same.
      let other = try world.container("other", [(front, 3)])
      try inNetworkNamespace(other.namespace.descriptor) {
        try writeExisting("1", to: "/proc/sys/net/ipv4/conf/eth0/route_localnet")
        try run("ip", "address", "delete", "127.0.0.1/8", "dev", "lo")
        try run("ip", "route", "add", "127.0.0.0/8", "via", "172.18.0.1")
      }
      let secret = try Greeter("host", port: 7777, in: world.host)
      #expect(try ask("127.0.0.1", 7777, from: other.namespace, patience: 300) == nil)
      #expect(try ask("127.0.0.1", 9090, from: other.namespace, patience: 300) == nil)
      withExtendedLifetime((web, other, secret)) {}
    }
  }

  @Test("networks do not reach each other, and an internal one reaches nothing outside")
  func isolated() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16")
      let back = try world.bridge("back", "172.19.0.0/16")
      let vault = try world.bridge("vault", "172.20.0.0/16", isInternal: true)
      for bridge in [front, back, vault] { _ = try world.stack.ensureBridge(bridge) }
      let web = try world.container("web", [(front, 2)])
      let db = try world.container("db", [(back, 2)])
      let key = try world.container("key", [(vault, 2)])
      let lock = try world.container("lock", [(vault, 3)])
      let outside = try Greeter("outside", port: 80, in: world.neighbour)

      #expect(try ask("172.19.0.2", 80, from: web.namespace, patience: 300) == nil)
      #expect(try ask("172.20.0.2", 80, from: web.namespace, patience: 300) == nil)
      #expect(try ask("172.20.0.3", 80, from: key.namespace) == "lock 172.20.0.2")
      #expect(try ask("10.9.0.2", 80, from: web.namespace) == "outside 10.9.0.1")
      #expect(try ask("10.9.0.2", 80, from: key.namespace, patience: 300) == nil)
      // Even with a default route of its own making.
      _ = try inNetworkNamespace(key.namespace.descriptor) {
        try run("ip", "route", "add", "default", "via", "172.20.0.1")
      }
      #expect(try ask("10.9.0.2", 80, from: key.namespace, patience: 300) == nil)
      #expect(try ask("172.18.0.2", 80, from: key.namespace, patience: 300) == nil)
      withExtendedLifetime((web, db, key, lock, outside)) {}
    }
  }

  @Test("without inter-container communication only published ports are shared")
  func withoutTalk() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge(
        "front", "172.18.0.0/16", options: ["com.docker.network.bridge.enable_icc": "false"])
      _ = try world.stack.ensureBridge(front)
      let web = try world.container("web", [(front, 2)])
      let db = try world.container("db", [(front, 3)])
      #expect(try ask("172.18.0.3", 80, from: web.namespace, patience: 300) == nil)
      try world.stack.publish(db.publishing(5432))
      #expect(try ask("10.9.0.1", 5432, from: web.namespace) == "db 172.18.0.1")
      withExtendedLifetime([web, db]) {}
    }
  }

  @Test("replicas share a port, and one that ends takes itself out and no other")
  func replicas() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16")
      _ = try world.stack.ensureBridge(front)
      let members = try (0..<3).map { try world.container("web\($0)", [(front, UInt128(2 + $0))]) }
      let ports = members.enumerated().map { $1.publishing(8080, slot: UInt32($0)) }
      try world.stack.publish(ports.flatMap { $0 })
      func answers() throws -> Set<String> {
        Set(
          try (0..<60).compactMap { _ in try ask("10.9.0.1", 8080, from: world.neighbour)?.prefix(4) }.map(String.init))
      }
      #expect(try answers() == ["web0", "web1", "web2"])
      let netfilter = try NetlinkSocket(.netfilter)
      for datagram in NetworkStack.exitNetlink(ports[0]) + NetworkStack.exitNetlink(ports[1]) {
        try netfilter.sendPrepared(datagram)
      }
      #expect(try answers() == ["web2"])
      // Again, and with nothing left to remove: nothing happens.
      for datagram in NetworkStack.exitNetlink(ports[0] + ports[2]) { try netfilter.sendPrepared(datagram) }
      #expect(try ask("10.9.0.1", 8080, from: world.neighbour, patience: 300) == nil)
      withExtendedLifetime(members) {}
    }
  }

  @Test("a UDP client that goes on sending reaches the container that took the place of another")
  func replacedBehindUDP() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16")
      _ = try world.stack.ensureBridge(front)
      let old = try world.container("old", [(front, 2)])
      let new = try world.container("new", [(front, 3)])
      let client = try DatagramClient("10.9.0.1", 5353, in: world.neighbour)
      try world.stack.publish(old.publishing(5353, .udp))
      #expect(client.ask() == "old 10.9.0.2")
      for datagram in NetworkStack.exitNetlink(old.publishing(5353, .udp)) {
        try NetlinkSocket(.netfilter).sendPrepared(datagram)
      }
      // Still led to the old one, which is as good as dead.
      #expect(client.ask() == "old 10.9.0.2")
      try world.stack.publish(new.publishing(5353, .udp))
      #expect(client.ask() == "new 10.9.0.2")
      withExtendedLifetime([old, new]) {}
    }
  }
}
