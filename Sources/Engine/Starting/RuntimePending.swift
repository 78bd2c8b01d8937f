import Diagnostics
import Isolation
import Launch
import Linux
import OCI
import Runtime
import Spec

// Stands in for what the runtime is about to offer.
extension Runtime {
  func prepare(_ spec: ContainerSpec, image: ImageDefaults, _ resources: LaunchResources) throws -> PreparedLaunch {
    throw Failure(.unsupported, "the runtime is not built yet")
  }
  func launch(_ launch: PreparedLaunch) throws -> LaunchedContainer {
    throw Failure(.unsupported, "the runtime is not built yet")
  }
}

extension Engine {
  func controlGroup(of record: ContainerRecord) throws -> any ControlGroup {
    throw Failure(.unsupported, "the runtime is not built yet")
  }
  func removeCgroup(_ record: ContainerRecord) {}
  func updateCgroup(_ record: ContainerRecord) throws { throw Failure(.unsupported, "the runtime is not built yet") }
  public func exec(_ id: String, _ request: ExecRequest, cancellation: Cancellation? = nil) throws -> Int32 {
    throw Failure(.unsupported, "the runtime is not built yet")
  }
}
