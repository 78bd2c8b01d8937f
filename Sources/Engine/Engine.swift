import Diagnostics
import Glibc
import Images
import Linux
import Networking
import Runtime

/// Containers, volumes, networks and images of this machine as objects with a life cycle.
///
/// Every verb blocks until it is done and may be called from any thread; two processes that work on the same object
/// wait for each other. The verbs are in `Verbs/`, a file for each.
public final class Engine: Sendable {
  public let host: Host
  public let images: ImageStore

  let containerStore: ContainerStore
  let volumeStore: VolumeStore
  let networkStore: NetworkStore
  /// One netlink socket for the whole command.
  let stack = NetworkStack()
  let portClaims: PortClaims
  let runtime: Runtime
  let failpoints: Failpoints
  let changes = UnsavedChanges()
  let ensured = EnsuredNetworks()
  let sweep = Sweep()
  let skeleton = Skeleton()
  private let report: @Sendable (Warning) -> Void

  /// Touches nothing but this process's umask, which becomes 022: roots, volumes and files of containers must be readable
  /// inside whatever the umask of the person is who makes them.
  /// - Parameter report: hears what a person should know that belongs to no verb's result, such as damaged records.
  public convenience init(host: Host, report: @escaping @Sendable (Warning) -> Void = { _ in }) {
    self.init(host: host, failpoints: .none, report: report)
  }

  /// This machine once more, with nothing remembered of what was seen but what files say that are still the same.
  public func lookingAnew() -> Engine {
    Engine(host: host, failpoints: failpoints, containers: containerStore, report: report)
  }

  init(
    host: Host, failpoints: Failpoints, containers: ContainerStore? = nil,
    report: @escaping @Sendable (Warning) -> Void = { _ in }
  ) {
    umask(0o022)
    self.host = host
    self.failpoints = failpoints
    self.report = report
    images = ImageStore(root: host.root)
    containerStore = containers ?? ContainerStore(host: host)
    volumeStore = VolumeStore(host: host)
    networkStore = NetworkStore(host: host)
    portClaims = PortClaims(directory: "\(host.run)/ports")
    runtime = Runtime(
      .init(shim: host.shim, cgroupParent: host.cgroupParent, cache: "\(host.root)/seccomp"))
  }

  func warn(_ message: String) { report(Warning(message)) }
}
