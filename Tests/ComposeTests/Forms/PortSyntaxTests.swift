import Testing

@testable import Compose

@Suite struct PortSyntaxTests {
  private func short(_ text: String) throws -> [String] {
    try PortSyntax.parse(text).map { "\($0.hostAddress)|\($0.published)|\($0.target)/\($0.transport)" }
  }

  @Test(
    "A port has a host address, a host port, a container port and a protocol, most of them optional",
    arguments: [
      ("80", "||80/tcp"), ("80/udp", "||80/udp"), ("80/UDP", "||80/udp"), ("8080:80", "|8080|80/tcp"),
      ("127.0.0.1:8080:80", "127.0.0.1|8080|80/tcp"), ("127.0.0.1::80", "127.0.0.1||80/tcp"),
      ("[::1]:8080:80/sctp", "::1|8080|80/sctp"), ("::1:8080:80", "::1|8080|80/tcp"), ("0:80", "|0|80/tcp"),
      ("8000-8010:80", "|8000-8010|80/tcp"),
    ])
  func single(text: String, port: String) throws { #expect(try short(text) == [port]) }

  @Test("Ranges stand for one port each")
  func ranges() throws {
    #expect(try short("80-81") == ["||80/tcp", "||81/tcp"])
    #expect(try short("90-91:80-81/udp") == ["|90|80/udp", "|91|81/udp"])
  }

  @Test(
    "What is no port is refused",
    arguments: [
      "", "a", "80:", ":", "80:a", "a:80", "65536", "80-79", "80-", "-80", "80/x", "80/tcp/udp", "1.2.3:80:80",
      "80-81:90-92", "80:80-81", " 80", "+80", "1:2:3:4:5",
    ])
  func refused(text: String) { #expect(throws: SyntaxProblem.self) { try PortSyntax.parse(text) } }
}
