import Diagnostics
import Linux
import Spec

/// Which container holds which port of this machine: `$DAVIT_RUN/ports/<transport>-<port>-<address>-<slot>`, files made
/// with O_EXCL that say whose they are. Behind them stand bound sockets, so other programs cannot take the port either.
public struct PortClaims: Sendable {
  public var directory: String

  public init(directory: String) { self.directory = directory }

  /// Claims and binds every port, or none. A range of host ports takes its first free one; none at all, one that the
  /// kernel chooses.
  /// - Parameter container: its id.
  /// - Parameter sharing: the service whose replicas may stand behind the same port (`project/service`); `nil`: nobody.
  /// - Parameter defaultBinding: the address for ports that name none; `nil`: all addresses.
  /// - Parameter isStale: whether a container that holds a claim is gone, so that its claim may be taken.
  /// - Parameter describe: a container in words for an error, `container shop-api-1 (project shop)`.
  public func reserve(
    _ ports: [PortSpec], container: String, sharing: String?, defaultBinding: IPAddress? = nil,
    isStale: (String) -> Bool, describe: (String) -> String?
  ) throws(Failure) -> [PortReservation] { throw Failure(.unsupported, "ports are not built yet") }

  /// Removes the claims of a container that did not remove them itself.
  public func release(container: String) throws(Failure) {}
}
