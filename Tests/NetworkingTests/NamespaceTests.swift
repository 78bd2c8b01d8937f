import Diagnostics
import Linux
import Spec
import Testing

@testable import Networking

@Suite("Network namespaces of containers", .enabled(if: isRoot, needsRoot))
struct NamespaceTests {
  private func routes(_ namespace: NetworkNamespace) throws -> [String] {
    try inNetworkNamespace(namespace.descriptor) {
      let socket = try NetlinkSocket(.route)
      return try socket.dump(Rtnetlink.getRoutes()).compactMap(RouteStatus.init)
        .filter { $0.destination == nil && $0.gateway != nil }.map { "\($0.gateway!)" }
    }
  }

  private func interfaces(_ namespace: NetworkNamespace) throws -> [String] {
    try inNetworkNamespace(namespace.descriptor) {
      try NetlinkSocket(.route).dump(Rtnetlink.getLink()).compactMap(LinkStatus.init).filter(\.isUp).map(\.name)
        .sorted()
    }
  }

  @Test("a fresh one has lo and nothing else, and programs without privileges may use low ports there")
  func fresh() throws {
    try inSandbox {
      let before = try run("readlink", "/proc/thread-self/ns/net")
      let namespace = try NetworkStack().makeNamespace()
      #expect(try interfaces(namespace) == ["lo"])
      #expect(
        try inNetworkNamespace(namespace.descriptor) {
          try readText("/proc/sys/net/ipv4/ip_unprivileged_port_start")
        } == "0")
      #expect(try run("readlink", "/proc/thread-self/ns/net") == before)
    }
  }

  @Test("a running container joins and leaves networks, and its default route goes along")
  func live() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16")
      let back = try world.bridge("back", "172.19.0.0/16")
      for bridge in [front, back] { _ = try world.stack.ensureBridge(bridge) }
      let web = try world.container("web", [(front, 2)])
      let db = try world.container("db", [(back, 3)])
      #expect(try routes(web.namespace) == ["172.18.0.1"])
      #expect(try ask("172.19.0.3", 80, from: web.namespace, patience: 300) == nil)

      var request = EndpointRequest(
        bridge: back, attachment: NetworkAttachment(network: "back"), addresses: [IPAddress("172.19.0.2")!])
      request.attachment.gatewayPriority = 1
      let present = [web.endpoints[0]]
      let joined = try world.stack.attach(
        [request], container: World.id("web"), namespace: web.namespace, present: present)
      #expect(try interfaces(web.namespace) == ["eth0", "eth1", "lo"])
      #expect(try routes(web.namespace) == ["172.19.0.1"])
      #expect(try ask("172.19.0.3", 80, from: web.namespace) == "db 172.19.0.2")

      try world.stack.detach(joined[0], namespace: web.namespace, remaining: present)
      #expect(try interfaces(web.namespace) == ["eth0", "lo"])
      #expect(try routes(web.namespace) == ["172.18.0.1"])
      withExtendedLifetime([web, db]) {}
    }
  }

  @Test("many containers are attached from several threads at once, each in its own namespace")
  func concurrently() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16")
      _ = try world.stack.ensureBridge(front)
      let threads = try (0..<6).map { worker in
        try Thread.spawn {
          try (0..<5).map { number in
            let address = IPAddress.v4(0xac12_0100 + UInt32(worker * 5 + number))
            let request = EndpointRequest(
              bridge: front, attachment: NetworkAttachment(network: "front"), addresses: [address])
            let namespace = try world.stack.makeNamespace()
            let endpoint = try world.stack.attach(
              [request], container: World.id("c\(worker)-\(number)"), namespace: namespace)[0]
            return (namespace, endpoint)
          }
        }
      }
      let made = try threads.flatMap { try $0.join() }
      #expect(Set(made.map(\.1.hostInterface)).count == 30)
      for (namespace, endpoint) in made {
        let addresses = try inNetworkNamespace(namespace.descriptor) {
          try NetlinkSocket(.route).dump(Rtnetlink.getAddresses()).compactMap(AddressStatus.init).map(\.address)
        }
        #expect(addresses.contains(endpoint.ipv4!) && addresses.filter { !$0.address.isLoopback }.count == 1)
      }
    }
  }

  @Test("when the last descriptor is closed the interfaces are gone with the namespace")
  func gone() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16")
      _ = try world.stack.ensureBridge(front)
      var namespace: NetworkNamespace? = try world.stack.makeNamespace()
      let request = EndpointRequest(
        bridge: front, attachment: NetworkAttachment(network: "front"), addresses: [IPAddress("172.18.0.2")!])
      let endpoint = try world.stack.attach([request], container: World.id("web"), namespace: namespace!)[0]
      #expect(try world.stack.link(endpoint.hostInterface) != nil)
      // A second container of the same id finds another name, without harm to the first.
      let twin = try world.stack.makeNamespace()
      let second = try world.stack.attach([request], container: World.id("web"), namespace: twin)[0]
      #expect(second.hostInterface != endpoint.hostInterface)
      #expect(try world.stack.link(endpoint.hostInterface) != nil)
      namespace = nil
      for _ in 0..<200 where try world.stack.link(endpoint.hostInterface) != nil {
        Monotonic.sleep(nanoseconds: 20_000_000)
      }
      #expect(try world.stack.link(endpoint.hostInterface) == nil)
    }
  }

  @Test("a container that uses port 53 itself still finds the name server on 127.0.0.11")
  func redirected() throws {
    try inSandbox {
      let stack = NetworkStack()
      let namespace = try stack.makeNamespace()
      let own = try Greeter("own", port: 53, in: namespace)
      let names = try Greeter("names", port: 61053, at: IPAddress("127.0.0.11")!, in: namespace)
      try stack.redirectNameService(to: 61053, namespace: namespace)
      #expect(try ask("127.0.0.11", 53, from: namespace, datagram: true)?.hasPrefix("names ") == true)
      #expect(try ask("127.0.0.11", 53, from: namespace)?.hasPrefix("names ") == true)
      #expect(try ask("127.0.0.1", 53, from: namespace, datagram: true)?.hasPrefix("own ") == true)
      withExtendedLifetime((own, names)) {}
    }
  }

  @Test("a bridge is made once and removed whole; one that was there before stays")
  func bridges() throws {
    try inSandbox {
      let world = try World()
      let front = try world.bridge("front", "172.18.0.0/16", "fd18::/64")
      _ = try world.stack.ensureBridge(front)
      #expect(try world.stack.ensureBridge(front).isEmpty)
      #expect(try world.stack.hostSubnets().contains(Subnet("172.18.0.0/16")!))
      try world.stack.removeBridge(front)
      try world.stack.removeBridge(front)
      #expect(try world.stack.link(front.interface) == nil)
      #expect(try !world.stack.isGuarded(front))

      try run("ip", "link", "add", "office", "type", "bridge")
      let office = try world.bridge(
        "office", "172.21.0.0/16", options: ["com.docker.network.bridge.name": "office"])
      _ = try world.stack.ensureBridge(office)
      let web = try world.container("web", [(office, 2)])
      #expect(try ask("172.21.0.2", 80, from: world.host) == "web 172.21.0.1")
      try world.stack.removeBridge(office)
      #expect(try world.stack.link("office") != nil)

      let own = try world.bridge("own", "172.23.0.0/16", options: ["com.docker.network.bridge.name": "own0"])
      _ = try world.stack.ensureBridge(own)
      let rival = try world.bridge("rival", "172.24.0.0/16", options: ["com.docker.network.bridge.name": "own0"])
      let refusal = #expect(throws: Failure.self) { try world.stack.ensureBridge(rival) }
      #expect(refusal?.message == "the bridge own0 belongs to network own")
      #expect(try !world.stack.hasLostGuard(own))
      try world.stack.removeBridge(own)
      #expect(try world.stack.link("own0") == nil)

      let clash = try world.bridge("clash", "172.22.0.0/16", options: ["com.docker.network.bridge.name": "up0"])
      let failure = #expect(throws: Failure.self) { try world.stack.ensureBridge(clash) }
      #expect(failure?.message == "the interface up0 exists and is no bridge")
      withExtendedLifetime(web) {}
    }
  }
}
