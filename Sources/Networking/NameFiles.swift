import Diagnostics
import Linux

/// The names by which a container is found on one network: a file that the name servers of the network's containers read.
/// `$DAVIT_RUN/networks/<network id>/names/<container id>`, lines of `address name`, the container's own name first.
public struct NameFile: Hashable, Sendable {
  public var addresses: [IPAddress]
  /// The container's name first, then its aliases.
  public var names: [String]

  public init(addresses: [IPAddress], names: [String]) {
    self.addresses = addresses
    self.names = names
  }

  public var text: String {
    names.map { name in addresses.map { "\($0) \(name)\n" }.joined() }.joined()
  }
}
