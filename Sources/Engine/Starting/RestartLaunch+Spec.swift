import Launch
import Spec

extension RestartPolicy {
  /// As the shim is told.
  var launch: RestartLaunch {
    var launch = RestartLaunch()
    launch.condition =
      switch condition {
      case .no: .no
      case .always: .always
      case .onFailure: .onFailure
      case .unlessStopped: .unlessStopped
      }
    launch.maximumRetries = UInt32(clamping: maximumRetries)
    launch.delay = delay
    launch.window = window
    return launch
  }
}
