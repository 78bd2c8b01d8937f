import Diagnostics
import Linux
import Spec

/// Which container has which address of one network: a folder of files made with O_EXCL, each named after an address and
/// holding the container's id. Two commands never hand out the same address, with no lock to be left behind.
public struct LeaseStore: Sendable {
  /// `$DAVIT_ROOT/networks/<id>/leases`
  public var directory: String

  public init(directory: String) { self.directory = directory }

  private func missing<T>() throws(Failure) -> T { throw Failure(.unsupported, "leases are not built yet") }

  /// Leases an address for each family that the network has: the one that the attachment asks for, the one that the
  /// container has already, or the next free one.
  /// - Parameter isStale: whether a container that holds an address is gone for good, so that its lease may be taken.
  public func lease(
    _ network: NetworkSpec, attachment: NetworkAttachment, container: String, isStale: (String) -> Bool
  ) throws(Failure) -> [IPAddress] { try missing() }

  /// Gives back what a container holds.
  public func release(container: String) throws(Failure) { let _: Int = try missing() }

  /// All leases: the container's id by address.
  public func all() throws(Failure) -> [IPAddress: String] { try missing() }
}
