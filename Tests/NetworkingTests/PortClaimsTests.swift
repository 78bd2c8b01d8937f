import Diagnostics
import Glibc
import Linux
import Spec
import Testing

@testable import Networking

@Suite("Reserved ports")
struct PortClaimsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var claims: PortClaims { PortClaims(directory: folder.path + "/ports") }

  private func reserve(
    _ ports: [PortSpec], _ container: String = "web1", sharing: String? = nil,
    isStale: (String) -> Bool = { _ in false }
  ) throws(Failure) -> [PortReservation] {
    try claims.reserve(
      ports, container: container, sharing: sharing, isStale: isStale, describe: { "container shop-\($0)" })
  }

  private func refusal(_ body: () throws(Failure) -> [PortReservation]) -> String {
    do throws(Failure) { return "\(try body().map(\.hostPort))" } catch { return error.description }
  }

  /// A port that was free a moment ago.
  private func freePort() throws -> UInt16 {
    defer { try? claims.release(container: "probe") }
    return try reserve([PortSpec(containerPort: 80)], "probe")[0].hostPort
  }

  private func fixed(_ port: UInt16, at address: String = "", _ transport: PortSpec.Transport = .tcp) -> PortSpec {
    PortSpec(containerPort: 80, hostPorts: port...port, hostAddress: address, transport: transport)
  }

  @Test("a port without a host port gets one that is free in both families")
  func ephemeral() throws {
    let first = try reserve([PortSpec(containerPort: 80), PortSpec(containerPort: 53, transport: .udp)])
    #expect(first.allSatisfy { $0.hostPort != 0 && $0.addresses == [.v4(0), .v6(0)] })
    #expect(first[0].slot == 0)
    #expect(FileStatus.exists(first[0].claimPath) || (try? readLink(first[0].claimPath)) != nil)
  }

  @Test("a range takes its first free port")
  func range() throws {
    let port = try freePort()
    let range = PortSpec(containerPort: 80, hostPorts: port...port + 3)
    let first = try reserve([range], "web1")
    let second = try reserve([range], "web2")
    #expect(second[0].hostPort > first[0].hostPort)
    withExtendedLifetime(first) {}
  }

  @Test("a port of another container is refused with its name")
  func takenByContainer() throws {
    let port = try freePort()
    let first = try reserve([fixed(port)], "web1")
    #expect(
      refusal { () throws(Failure) in try reserve([fixed(port)], "api1") }
        == """
        host port \(port) is already used by container shop-web1
          hint: stop it, or publish another port
        """)
    // Its own address is part of all addresses.
    #expect(
      refusal { () throws(Failure) in try reserve([fixed(port, at: "127.0.0.1")], "api1") }.hasPrefix(
        "host port \(port) of 127.0.0.1 is already used by container shop-web1"))
    // The other transport is another port.
    _ = try reserve([fixed(port, .udp)], "api1")
    withExtendedLifetime(first) {}
  }

  @Test("a port of another program is refused with its name and process")
  func takenByProgram() throws {
    for kind in [Int32(SOCK_STREAM.rawValue), Int32(SOCK_DGRAM.rawValue)] {
      let other = Descriptor(owning: socket(AF_INET, kind, 0))
      var name = SocketName(.loopback, port: 0)
      #expect(name.withPointer { bind(other.raw, $0, $1) } == 0)
      if kind == Int32(SOCK_STREAM.rawValue) { listen(other.raw, 1) }
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      _ = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(other.raw, $0, &length) }
      }
      let port = UInt16(bigEndian: address.sin_port)
      let transport: PortSpec.Transport = kind == Int32(SOCK_STREAM.rawValue) ? .tcp : .udp
      let text = refusal { () throws(Failure) in try reserve([fixed(port, transport)]) }
      #expect(text.contains("(process \(getpid()))"))
      #expect(text.hasPrefix("host port \(port)"))
    }
  }

  @Test("when one port cannot be had, none is held")
  func allOrNone() throws {
    let port = try freePort()
    let other = try freePort()
    let held = try reserve([fixed(port)], "web1")
    _ = refusal { () throws(Failure) in try reserve([fixed(other), fixed(port)], "api1") }
    let later = try reserve([fixed(other)], "db1")
    withExtendedLifetime((held, later)) {}
  }

  @Test("replicas of one service share a port, each in its own slot, and other services do not")
  func shared() throws {
    let port = try freePort()
    let replicas = try (1...3).map { try reserve([fixed(port)], "web\($0)", sharing: "shop/web")[0] }
    #expect(replicas.map(\.slot) == [0, 1, 2])
    #expect(
      refusal { () throws(Failure) in try reserve([fixed(port)], "api1", sharing: "shop/api") }.hasPrefix(
        "host port \(port) is already used by container shop-web"))
    try claims.release(container: "web2")
    #expect(try reserve([fixed(port)], "web4", sharing: "shop/web")[0].slot == 1)
  }

  @Test("of two services that ask for the same port at the same moment, one gets it")
  func race() throws {
    let claims = claims
    for _ in 0..<20 {
      let port = try freePort()
      let spec = fixed(port)
      let threads = try (0..<4).map { number in
        try Thread.spawn { () -> [PortReservation] in
          (try? claims.reserve(
            [spec], container: "c\(number)", sharing: "shop/\(number)", isStale: { _ in false }, describe: { $0 }))
            ?? []
        }
      }
      let winners = try threads.map { try $0.join() }.filter { !$0.isEmpty }
      #expect(winners.count == 1)
      for number in 0..<4 { try claims.release(container: "c\(number)") }
    }
  }

  @Test("a range of hundreds of ports is reserved at once", .enabled(if: isRoot, needsRoot))
  func many() throws {
    let claims = claims
    try inSandbox {
      let ports = (20000..<20700).map { PortSpec(containerPort: $0, hostPorts: $0...$0) }
      let reserved = try claims.reserve(ports, container: "c", sharing: nil, isStale: { _ in false }, describe: { $0 })
      #expect(reserved.count == 700)
      #expect(reserved.flatMap(\.sockets).count == 1400)
    }
  }

  @Test("claims of the dead are in nobody's way")
  func stale() throws {
    let port = try freePort()
    _ = try reserve([fixed(port)], "web1")
    // The sockets are closed, as if the shim had been killed; the claim is still there.
    let next = try reserve([fixed(port)], "api1", isStale: { $0 == "web1" })
    #expect(next[0].slot == 0)
  }

  @Test("an address that is not this machine's, or none at all, is refused")
  func wrongAddress() {
    #expect(
      refusal { () throws(Failure) in try reserve([fixed(8080, at: "203.0.113.9")]) }.hasPrefix(
        "203.0.113.9 is no address of this machine"))
    #expect(
      refusal { () throws(Failure) in try reserve([fixed(8080, at: "here")]) }
        == "\"here\" is no IP address to publish a port on")
  }

  @Test("a reservation leads each host address to the container's address of the same family")
  func publications() throws {
    let reservation = try reserve([PortSpec(containerPort: 80)])[0]
    let both = reservation.publications(to: [.v4(0xac12_0002), IPAddress("fd18::2")!])
    #expect(both.map(\.containerAddress) == [.v4(0xac12_0002), IPAddress("fd18::2")!])
    #expect(both.map(\.hostAddress) == [.v4(0), .v6(0)])
    #expect(reservation.publications(to: [.v4(0xac12_0002)]).count == 1)
  }

  @Test("sockets in the tables of /proc are told apart by port, state and address")
  func tables() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1
         1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1
         2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1
      """
    func inodes(_ port: UInt16, _ address: IPAddress) -> [String] {
      PortHolder.inodes(in: table, port: port, listening: true, address)
    }
    #expect(inodes(8080, .v4(0)) == ["4711"])
    #expect(inodes(8080, .loopback) == ["4711"])
    #expect(inodes(8080, .v4(0x0a09_0001)) == [])
    #expect(inodes(80, .v4(0x0a09_0001)) == ["4713"])
  }
}
