import Diagnostics
import Linux
import Spec

/// Which subnets and gateways a new network gets.
public enum AddressPlan {
  /// The specification with its pools filled in: for each family that the network has, a subnet and a gateway.
  /// Without a subnet the next of Docker's default pools is taken (172.17.0.0/16 to 172.31.0.0/16, then
  /// 192.168.0.0/16 in /20; for IPv6 a /64 of a unique local prefix that follows from `networkID`).
  /// - Parameter taken: subnets of the existing networks, and the host's routes and addresses.
  public static func resolve(
    _ spec: NetworkSpec, networkID: String, networks: [String: [Subnet]], host: [Subnet]
  ) throws(Failure) -> NetworkSpec { throw Failure(.unsupported, "address plans are not built yet") }
}
