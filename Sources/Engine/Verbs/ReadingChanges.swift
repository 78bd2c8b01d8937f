import Diagnostics
import Linux

extension Engine {
  /// What a container that does not run has changed in its image: the upper directory of its overlay, with overlayfs's
  /// own marks for what was removed.
  public func changes(of id: String) throws -> Descriptor {
    let record = try record(id)
    if case .alive = LiveState.of(host.container(record.id)) {
      throw Failure(.conflict, "is running", subject: "container \(record.name)")
    }
    return try Descriptor.open(host.container(record.id).upper, [.directory])
  }
}
