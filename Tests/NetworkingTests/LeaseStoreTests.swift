import Diagnostics
import Linux
import Spec
import Synchronization
import Testing

@testable import Networking

@Suite("Address leases")
struct LeaseStoreTests {
  private let folder: TemporaryFolder
  private let store: LeaseStore

  init() throws {
    folder = try TemporaryFolder()
    store = LeaseStore(directory: folder.path + "/networks/n/leases")
  }

  private func network(_ pools: AddressPool...) -> NetworkSpec {
    var spec = NetworkSpec(name: "front")
    spec.pools = pools
    return spec
  }

  private var small: NetworkSpec { network(AddressPool(subnet: "10.5.0.0/29", gateway: "10.5.0.1")) }

  private func lease(
    _ network: NetworkSpec, _ container: String, ipv4: String? = nil, ipv6: String? = nil,
    isStale: (String) -> Bool = { _ in false }
  ) throws(Failure) -> [String] {
    var attachment = NetworkAttachment(network: "front")
    attachment.ipv4Address = ipv4
    attachment.ipv6Address = ipv6
    return try store.lease(network, attachment: attachment, container: container, isStale: isStale).map(\.description)
  }

  private func refusal(_ body: () throws(Failure) -> [String]) -> String {
    do throws(Failure) { return "\(try body())" } catch { return error.description }
  }

  @Test("the lowest free address is leased, never the gateway's, the network's or the broadcast address")
  func lowest() throws {
    #expect(try (1...5).map { try lease(small, "c\($0)")[0] } == (2...6).map { "10.5.0.\($0)" })
    #expect(
      refusal { () throws(Failure) in try lease(small, "c6") }
        == """
        network front: no address of 10.5.0.0/29 is free
          hint: stop containers that are not needed, or make the subnet or the ip_range larger
        """)
    try store.release(container: "c3")
    #expect(try lease(small, "c6") == ["10.5.0.4"])
  }

  @Test("a container that has an address already keeps it")
  func kept() throws {
    #expect(try lease(small, "a") == ["10.5.0.2"])
    #expect(try lease(small, "b") == ["10.5.0.3"])
    #expect(try lease(small, "b") == ["10.5.0.3"])
    #expect(try store.all() == [IPAddress("10.5.0.2")!: "a", IPAddress("10.5.0.3")!: "b"])
  }

  @Test("addresses come from ip_range, without those in aux_addresses; a fixed one may lie outside the range")
  func range() throws {
    var pool = AddressPool(subnet: "10.5.0.0/24", ipRange: "10.5.0.64/30", gateway: "10.5.0.1")
    pool.auxiliaryAddresses = ["printer": "10.5.0.65"]
    let spec = network(pool)
    #expect(try ["a", "b", "c"].map { try lease(spec, $0)[0] } == ["10.5.0.64", "10.5.0.66", "10.5.0.67"])
    #expect(try lease(spec, "d", ipv4: "10.5.0.9") == ["10.5.0.9"])
  }

  @Test("both families are leased")
  func families() throws {
    let spec = network(
      AddressPool(subnet: "10.5.0.0/24", gateway: "10.5.0.1"), AddressPool(subnet: "fd18::/64", gateway: "fd18::1"))
    #expect(try lease(spec, "a") == ["10.5.0.2", "fd18::2"])
    #expect(try lease(spec, "b", ipv6: "fd18::beef") == ["10.5.0.3", "fd18::beef"])
  }

  @Test("an address that cannot be had is refused with the reason, and nothing stays leased")
  func refused() throws {
    let spec = network(
      AddressPool(subnet: "10.5.0.0/24", gateway: "10.5.0.1"), AddressPool(subnet: "fd18::/64", gateway: "fd18::1"))
    _ = try lease(spec, "0123456789abcdef", ipv4: "10.5.0.7")
    #expect(
      refusal { () throws(Failure) in try lease(spec, "b", ipv4: "10.5.0.7") }
        == """
        network front: the address 10.5.0.7 is leased to container 0123456789ab
          hint: stop that container, or ask for another address
        """)
    #expect(
      refusal { () throws(Failure) in try lease(spec, "b", ipv4: "10.5.0.1") }
        == "network front: ipv4_address 10.5.0.1 cannot be used: it is the gateway's")
    #expect(
      refusal { () throws(Failure) in try lease(spec, "b", ipv6: "fd19::5") }
        == "network front: ipv6_address fd19::5 cannot be used: it does not lie in subnet fd18::/64")
    #expect(
      refusal { () throws(Failure) in try lease(small, "b", ipv6: "fd19::5") }.hasPrefix(
        "network front: ipv6_address is fd19::5, and the network has no such addresses"))
    #expect(try store.all().values.allSatisfy { $0 != "b" })
  }

  @Test("an address that another container asks for is not given away before it runs, unless nothing else is free")
  func wishes() throws {
    var attachment = NetworkAttachment(network: "front")
    attachment.ipv4Address = "10.5.0.2"
    try store.wish(attachment, container: "db")
    #expect(try lease(small, "a") == ["10.5.0.3"])
    #expect(try lease(small, "db", ipv4: "10.5.0.2") == ["10.5.0.2"])
    try store.release(container: "db")
    #expect(
      try ["b", "c", "d", "e"].map { try lease(small, $0)[0] } == ["10.5.0.4", "10.5.0.5", "10.5.0.6", "10.5.0.2"])
    try store.release(container: "e")
    try store.withdrawWishes(of: "db")
    #expect(!FileStatus.exists(folder.path + "/networks/n/wishes/10.5.0.2"))
  }

  @Test("what the dead hold is taken when it is asked for, or when nothing else is free")
  func stale() throws {
    for number in 1...5 { _ = try lease(small, "dead\(number)") }
    let isStale = { (container: String) in container.hasPrefix("dead") }
    #expect(try lease(small, "a", ipv4: "10.5.0.4", isStale: isStale) == ["10.5.0.4"])
    #expect(try lease(small, "b", isStale: isStale) == ["10.5.0.2"])
  }

  @Test("a lease says whose it is in so few characters that the file system needs no block for it")
  func compact() throws {
    let id = "00ff" + String(repeating: "0123456789abcde", count: 4)
    _ = try lease(small, id)
    let target = try readLink(folder.path + "/networks/n/leases/10.5.0.2")
    #expect(target.utf8.count == 43)
    #expect(CompactID.decode(target) == id)
    #expect(try store.all() == [IPAddress("10.5.0.2")!: id])
    for byte in 0..<256 {
      let digits = (byte < 16 ? "0" : "") + String(byte, radix: 16)
      let id = String(repeating: digits, count: 32)
      #expect(CompactID.decode(CompactID.encode(id)) == id)
    }
    #expect(CompactID.encode("short") == "short" && CompactID.decode("short") == "short")
    try store.release(container: id)
    #expect(try store.all().isEmpty)
  }

  @Test("two that ask at the same time never get the same address")
  func concurrently() throws {
    let spec = network(AddressPool(subnet: "10.5.0.0/24", gateway: "10.5.0.1"))
    let store = store
    let threads = try (0..<8).map { worker in
      try Thread.spawn {
        try (0..<20).map {
          try store.lease(
            spec, attachment: NetworkAttachment(network: "front"), container: "c\(worker)-\($0)",
            isStale: { _ in false })[0]
        }
      }
    }
    let all = try threads.flatMap { try $0.join() }
    #expect(Set(all).count == 160)
  }

  @Test("of many that find the same dead holder, one takes its place")
  func inheritance() throws {
    for round in 0..<20 {
      let store = LeaseStore(directory: folder.path + "/\(round)")
      let spec = network(AddressPool(subnet: "10.5.0.0/30", gateway: "10.5.0.1"))
      let attachment = NetworkAttachment(network: "front")
      _ = try store.lease(spec, attachment: attachment, container: "dead", isStale: { _ in false })
      let threads = try (0..<4).map { worker in
        try Thread.spawn {
          (try? store.lease(spec, attachment: attachment, container: "c\(worker)", isStale: { $0 == "dead" })) != nil
        }
      }
      #expect(try threads.map { try $0.join() }.filter { $0 }.count == 1)
    }
  }
}
