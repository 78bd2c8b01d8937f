import Diagnostics
import Linux
import Spec
import Synchronization

/// Networks of this machine as the kernel has them. One value for a whole command: it holds one netlink socket for
/// links and one for the firewall, opened when they are first needed, and may be used from any thread of the host's
/// network namespace.
public final class NetworkStack: Sendable {
  let kernel: any NetworkKernel
  /// Indexes of bridges that this command has seen.
  private let bridges = Mutex<[String: Int32]>([:])
  /// Namespaces that are being made before they are asked for.
  let ahead = Mutex<[Thread<NetworkNamespace>]>([])

  public convenience init() { self.init(kernel: LinuxNetworkKernel()) }

  init(kernel: any NetworkKernel) { self.kernel = kernel }

  func remember(_ link: LinkStatus) { bridges.withLock { $0[link.name] = link.index } }
  func forget(_ name: String) { bridges.withLock { $0[name] = nil } }

  /// The index of a bridge that was made.
  func index(of bridge: BridgeDefinition) throws -> Int32 {
    if let known = bridges.withLock({ $0[bridge.interface] }) { return known }
    guard let link = try link(bridge.interface) else {
      throw Failure(.notFound, "the bridge \(bridge.interface) of network \(bridge.networkName) does not exist")
    }
    remember(link)
    return link.index
  }

  /// Subnets that this machine's addresses and routes lie in (the default route aside), for `AddressPlan.resolve`.
  public func hostSubnets() throws(Failure) -> [Subnet] {
    try Failure.translating {
      let addresses = try kernel.list(Rtnetlink.getAddresses()).compactMap(AddressStatus.init).map(\.address.subnet)
      let routes = try kernel.list(Rtnetlink.getRoutes()).compactMap(RouteStatus.init).compactMap(\.destination)
      let ignored = [Subnet("127.0.0.0/8")!, Subnet("fe80::/10")!, Subnet("ff00::/8")!, Subnet("::1/128")!]
      return Array(Set(addresses + routes).filter { subnet in !ignored.contains { $0.contains(subnet) } })
        .sorted { ($0.base, $0.prefixLength) < ($1.base, $1.prefixLength) }
    }
  }
}
