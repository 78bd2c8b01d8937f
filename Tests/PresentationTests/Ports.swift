import Testing

@testable import Presentation

private func published(_ address: String, _ host: UInt16, _ container: UInt16, _ transport: String = "tcp")
  -> PublishedPort
{
  PublishedPort(hostAddress: address, hostPort: host, containerPort: container, transport: transport)
}

@Suite("Ports") struct Ports {
  @Test("mapped ports name both ends, IPv6 addresses in brackets") func mapped() {
    #expect(
      PortText.of([published("::", 8080, 80), published("0.0.0.0", 8080, 80), published("127.0.0.1", 5353, 53, "udp")])
        == "127.0.0.1:5353->53/udp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp")
  }

  @Test("ports that are only exposed have no host side, and neighbours are joined") func exposed() {
    let ports = [5000, 5001, 5002, 5004].map { PublishedPort(containerPort: $0, transport: "tcp") }
    #expect(PortText.of(ports) == "5000-5002/tcp, 5004/tcp")
  }

  @Test("neighbours that keep their numbers are joined per address and transport") func ranges() {
    let ports = (9000...9002).flatMap { [published("0.0.0.0", $0, $0), published("::", $0, $0)] }
    #expect(PortText.of(ports) == "0.0.0.0:9000-9002->9000-9002/tcp, [::]:9000-9002->9000-9002/tcp")
  }

  @Test("the same port twice is shown once, and nothing is nothing") func edges() {
    #expect(PortText.of([published("::", 80, 80), published("::", 80, 80)]) == "[::]:80->80/tcp")
    #expect(PortText.of([]) == "")
  }
}
