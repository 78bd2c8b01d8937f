import Glibc
import Linux
import Synchronization
import Testing

@testable import NameService

@Suite("The name server in a network namespace", .enabled(if: isRoot, needsRoot))
struct NameServerTests {
  @Test("names are answered over UDP and TCP, and several queries on one connection")
  func local() throws {
    try inSandbox { sandbox in
      let folder = try TemporaryFolder()
      try folder.write("172.18.0.2 db\n", to: "a")
      let server = try sandbox.serve(NameServerSettings(namesDirectories: [folder.path]))
      defer { server.stop() }
      #expect(try askDatagram(question("db")) == Answer(0, ["172.18.0.2"]))
      #expect(
        try askStream([question("db"), question("DB", Query.Kind.address6), question("nobody")]) == [
          Answer(0, ["172.18.0.2"]), Answer(0), Answer(3),
        ])
    }
  }

  @Test("many replicas do not fit a datagram and come whole over TCP")
  func truncation() throws {
    try inSandbox { sandbox in
      let folder = try TemporaryFolder()
      try folder.write((0..<80).map { "172.18.1.\($0) web\n" }.joined(), to: "a")
      let server = try sandbox.serve(NameServerSettings(namesDirectories: [folder.path]))
      defer { server.stop() }
      #expect(try askDatagram(question("web")).isTruncated)
      #expect(try askStream([question("web")])[0].records.count == 80)
    }
  }

  @Test(
    "unknown names are forwarded over the protocol of the client, and an answer for another question is passed over")
  func forwarded() throws {
    try inSandbox { sandbox in
      let upstream = try FakeResolver(.v4(0x7f00_0035), answer: .v4(0xcb00_7107), lies: 3)
      let server = try sandbox.serve(NameServerSettings(upstreams: ["127.0.0.53"]))
      defer { server.stop() }
      #expect(try askDatagram(question("www.example.org")) == Answer(0, ["203.0.113.7"]))
      #expect(try askStream([question("www.example.org")]) == [Answer(0, ["203.0.113.7"])])
      withExtendedLifetime(upstream) {}
    }
  }

  @Test("a resolver that is not there, is silent or fails gives way to the next")
  func next() throws {
    try inSandbox { sandbox in
      let failing = try FakeResolver(.v4(0x7f00_0036), code: 2)
      let working = try FakeResolver(.v4(0x7f00_0037), answer: .v4(0xcb00_7108))
      let server = try sandbox.serve(
        NameServerSettings(upstreams: ["127.0.0.60", "127.0.0.54", "127.0.0.55:53"]))
      defer { server.stop() }
      #expect(try askDatagram(question("www.example.org")) == Answer(0, ["203.0.113.8"]))
      #expect(try askStream([question("www.example.org")]) == [Answer(0, ["203.0.113.8"])])
      withExtendedLifetime((failing, working)) {}
    }
  }

  @Test("without a resolver that helps the answer is a failure, and a single word does not exist where there is none")
  func nobody() throws {
    try inSandbox { sandbox in
      let failing = try FakeResolver(.v4(0x7f00_0036), code: 2)
      let server = try sandbox.serve(NameServerSettings(upstreams: ["127.0.0.54"]))
      #expect(try askDatagram(question("www.example.org")) == Answer(2))
      server.stop()
      let alone = try sandbox.serve(NameServerSettings())
      defer { alone.stop() }
      #expect(try askDatagram(question("nobody")) == Answer(3))
      #expect(try askDatagram(question("www.example.org")) == Answer(2))
      withExtendedLifetime(failing) {}
    }
  }

  @Test("a name with a search domain that no resolver knows is one of the networks' names")
  func search() throws {
    try inSandbox { sandbox in
      let folder = try TemporaryFolder()
      try folder.write("172.18.0.2 db\n", to: "a")
      let upstream = try FakeResolver(.v4(0x7f00_0035), code: 3)
      let server = try sandbox.serve(
        NameServerSettings(
          namesDirectories: [folder.path], upstreams: ["127.0.0.53"], search: ["corp.example"]))
      defer { server.stop() }
      #expect(try askDatagram(question("db.corp.example")) == Answer(0, ["172.18.0.2"]))
      #expect(try askDatagram(question("dc.corp.example")) == Answer(3))
      withExtendedLifetime(upstream) {}
    }
  }

  @Test("broken clients are dropped and others still served")
  func broken() throws {
    try inSandbox { sandbox in
      let folder = try TemporaryFolder()
      try folder.write("172.18.0.2 db\n", to: "a")
      let server = try sandbox.serve(NameServerSettings(namesDirectories: [folder.path]))
      defer { server.stop() }
      // More connections than are held, half queries, lengths that are too great.
      let idle = (0..<40).map { _ in connectStream() }
      for (index, descriptor) in idle.enumerated() {
        let bytes: [UInt8] = index % 2 == 0 ? [0xff, 0xff, 1, 2] : [0]
        _ = send(descriptor.raw, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      }
      #expect(try askDatagram(question("db")) == Answer(0, ["172.18.0.2"]))
      for descriptor in idle { descriptor.close() }
      #expect(try askStream([question("db")]) == [Answer(0, ["172.18.0.2"])])
    }
  }
}
