import Diagnostics
import Linux
import Spec

/// Networks of this machine as the kernel has them. One value for a whole command: it holds one netlink socket for
/// links and one for the firewall, opened when they are first needed, and may be used from any thread.
public final class NetworkStack: Sendable {
  public init() {}
}

// The verbs, until each has its file.
extension NetworkStack {
  private func missing<T>() throws(Failure) -> T { throw Failure(.unsupported, "networks are not built yet") }

  /// Makes the bridge, its addresses, sysctls and firewall entries, or leaves all alone where they are right.
  /// - Returns: what a person should know: forwarding was switched on, another firewall drops forwarded packets.
  public func ensureBridge(_ bridge: BridgeDefinition) throws(Failure) -> [Warning] { try missing() }

  /// Removes what `ensureBridge` made. What is gone already is no failure.
  public func removeBridge(_ bridge: BridgeDefinition) throws(Failure) { let _: Int = try missing() }

  /// A fresh network namespace with `lo` up. It lives as long as somebody holds a descriptor of it.
  public func makeNamespace() throws(Failure) -> NetworkNamespace { try missing() }

  /// Puts a container's namespace on its networks: interfaces (in the order of priority), addresses, routes.
  /// Either all of them are made or none.
  public func attach(
    _ requests: [EndpointRequest], container: String, namespace: NetworkNamespace
  ) throws(Failure) -> [Endpoint] { try missing() }

  /// Takes one network out of a running container's namespace; the default route moves to what `remaining` asks for.
  public func detach(
    _ endpoint: Endpoint, namespace: NetworkNamespace, remaining: [EndpointRequest]
  ) throws(Failure) { let _: Int = try missing() }

  /// Publishes ports in one transaction. An element that a dead container left is replaced.
  public func publish(_ ports: [PublishedPort]) throws(Failure) { let _: Int = try missing() }

  /// Takes ports back in one transaction. What is gone already is no failure.
  public func unpublish(_ ports: [PublishedPort]) throws(Failure) { let _: Int = try missing() }

  /// Datagrams for a NETLINK_NETFILTER socket that take these ports back, one batch for each, so that one that is gone
  /// does not keep the others. To be sent by the shim at the container's end, whatever was added meanwhile.
  public static func exitNetlink(_ ports: [PublishedPort]) -> [[UInt8]] { [] }

  /// Subnets that this machine's addresses and routes lie in (the default route aside), for `AddressPlan.resolve`.
  public func hostSubnets() throws(Failure) -> [Subnet] { try missing() }

  /// Sends queries for 127.0.0.11:53 inside `namespace` to `port`, for a container that uses port 53 itself.
  public func redirectNameService(to port: UInt16, namespace: NetworkNamespace) throws(Failure) {
    let _: Int = try missing()
  }
}
