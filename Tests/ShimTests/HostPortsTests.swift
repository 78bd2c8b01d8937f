import Glibc
import Launch
import Linux
import Testing

@testable import Shim

@Suite struct HostPortsTests {
  /// A held port of the host that leads to a port of "the container", which is another one on loopback.
  private func held(_ transport: PortLaunch.Transport, to port: UInt16) throws -> (PortLaunch, hostPort: UInt16) {
    let (socket, hostPort) = try Sockets.bound(transport == .tcp ? SOCK_STREAM : SOCK_DGRAM, six: true)
    var launch = PortLaunch()
    launch.descriptor = socket.release()
    launch.transport = transport
    launch.address = "127.0.0.1"
    launch.port = port
    return (launch, hostPort)
  }

  @Test("A connection to [::1] reaches a container that has IPv4 only, each direction until its own end")
  func tcp() throws {
    let (server, port) = try Sockets.bound(SOCK_STREAM)
    listen(server.raw, 16)
    let (launch, hostPort) = try held(.tcp, to: port)
    let loop = try EventLoop()
    let ports = try HostPorts([launch], loop: loop)
    try loop.run {
      let echo = try Thread.spawn {
        let client = Descriptor(owning: accept(server.raw, nil, nil))
        // Answers only when the question has come to its end.
        let question = try client.readAll()
        try client.writeAll(question.reversed())
      }
      let client = try Sockets.connected(SOCK_STREAM, to: hostPort, six: true)
      let question = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
      try client.writeAll(question)
      shutdown(client.raw, Int32(SHUT_WR))
      #expect(try client.readAll() == question.reversed())
      try echo.join()
    }
    withExtendedLifetime(ports) {}
  }

  @Test("A container that does not listen makes the connection end, and the port stays usable")
  func refused() throws {
    let (server, port) = try Sockets.bound(SOCK_STREAM)
    let (launch, hostPort) = try held(.tcp, to: port)
    let loop = try EventLoop()
    let ports = try HostPorts([launch], loop: loop)
    try loop.run {
      let client = try Sockets.connected(SOCK_STREAM, to: hostPort, six: true)
      #expect(((try? client.readAll()) ?? []).isEmpty)
      listen(server.raw, 1)
      let second = try Sockets.connected(SOCK_STREAM, to: hostPort, six: true)
      let peer = Descriptor(owning: accept(server.raw, nil, nil))
      try peer.writeAll("hello")
      peer.close()
      #expect(try second.readAll() == Array("hello".utf8))
    }
    withExtendedLifetime(ports) {}
  }

  @Test("Connections that go on at the same time do not meet; more than the limit wait their turn")
  func manyConnections() throws {
    let (server, port) = try Sockets.bound(SOCK_STREAM)
    listen(server.raw, 512)
    let (launch, hostPort) = try held(.tcp, to: port)
    let loop = try EventLoop()
    let ports = try HostPorts([launch], loop: loop)
    let count = DescriptorRoom.limit / 6 + 20
    try loop.run {
      let echo = try Thread.spawn {
        for _ in 0..<count {
          let client = Descriptor(owning: accept(server.raw, nil, nil))
          try client.writeAll(try client.readAll())
        }
      }
      var clients: [Descriptor] = []
      for _ in 0..<count { clients.append(try Sockets.connected(SOCK_STREAM, to: hostPort, six: true)) }
      for (number, client) in clients.enumerated() {
        try client.writeAll("client \(number)")
        shutdown(client.raw, Int32(SHUT_WR))
        #expect(String(decoding: try client.readAll(), as: UTF8.self) == "client \(number)")
        client.close()
      }
      try echo.join()
    }
    withExtendedLifetime(ports) {}
  }

  @Test("Datagrams go to the container, and its answers to the client that asked")
  func udp() throws {
    let (server, port) = try Sockets.bound(SOCK_DGRAM)
    let (launch, hostPort) = try held(.udp, to: port)
    let loop = try EventLoop()
    let ports = try HostPorts([launch], loop: loop)
    try loop.run {
      let echo = try Thread.spawn {
        for _ in 0..<20 {
          var (address, size) = (sockaddr(), socklen_t(MemoryLayout<sockaddr>.size))
          var bytes = [UInt8](repeating: 0, count: 2000)
          let length = recvfrom(server.raw, &bytes, bytes.count, 0, &address, &size)
          sendto(server.raw, bytes, length, 0, &address, size)
        }
      }
      let clients = try (0..<4).map { _ in try Sockets.connected(SOCK_DGRAM, to: hostPort, six: true) }
      for round in 0..<5 {
        for (number, client) in clients.enumerated() { try client.writeAll("\(number) \(round)") }
        for (number, client) in clients.enumerated() {
          #expect(String(decoding: try client.read(upTo: 100), as: UTF8.self) == "\(number) \(round)")
        }
      }
      try echo.join()
    }
    #expect(loop.isSet(.flows), "silent clients are forgotten some day")
    withExtendedLifetime(ports) {}
  }

  @Test("Ports that nobody uses leave the shim asleep")
  func idle() throws {
    let (tcp, _) = try held(.tcp, to: 1)
    let (udp, _) = try held(.udp, to: 1)
    let loop = try EventLoop()
    let ports = try HostPorts([tcp, udp], loop: loop)
    #expect(EventLoop.Alarm.allCases.allSatisfy { !loop.isSet($0) })
    withExtendedLifetime(ports) {}
  }
}
