import Diagnostics
import Linux
import Spec

/// The redirect of a container that uses port 53 itself: inside its network namespace, queries for 127.0.0.11:53 go to the
/// port on which its name server really listens.
enum NameServiceRedirect {
  static let table = "davit_dns"
  static let address = IPAddress.v4(0x7f00_000b)

  static func messages(port: UInt16) -> [NetlinkMessage] {
    let family = Nftables.Family.ipv4
    let network = withUnsafeBytes(of: port.bigEndian) { Array($0) }
    func rule(_ transport: PortSpec.Transport) -> [NftExpression] {
      [
        .payload(.network, offset: 16, length: 4, to: 1), .compare(1, address.bytes),
        .meta(.transportProtocol, to: 1), .compare(1, [transport.protocolNumber]),
        .payload(.transport, offset: 2, length: 2, to: 1), .compare(1, [0, 53]),
        .immediate(address.bytes, to: 1), .immediate(network, to: 2),
        .destinationNAT(.ipv4, address: 1, port: 2),
      ]
    }
    return [
      Nftables.newTable(table, family, comment: "name service of davit"),
      Nftables.newChain("local", of: table, family, hook: .init(.nat, .output, priority: -100)),
      Nftables.newRule(rule(.udp), in: "local", of: table, family),
      Nftables.newRule(rule(.tcp), in: "local", of: table, family),
    ]
  }
}

extension NetworkStack {
  /// Sends queries for 127.0.0.11:53 inside `namespace` to `port`, for a container that uses port 53 itself.
  public func redirectNameService(to port: UInt16, namespace: NetworkNamespace) throws(Failure) {
    try kernel.inside(namespace) { (kernel) throws(Failure) in
      try Failure.translating { try kernel.firewall(NameServiceRedirect.messages(port: port)) }
    }
  }
}
