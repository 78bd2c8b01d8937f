import Diagnostics
import Planning

extension Change {
  /// The container that ends by it.
  var ending: ContainerReference? {
    switch action {
    case .stop(let container, _), .removeContainer(let container, _): container
    default: nil
    }
  }

  /// Why the container may not end now, if it may not.
  /// - Parameter leaving: ids of containers that are about to end.
  func refusal(to id: String, _ observed: Observed, leaving: Set<String> = []) -> Failure? {
    guard sparesLast, observed.isLastServing(id, leaving: leaving) else { return nil }
    return Failure(
      .conflict, "is the only replica of \(object.key) that serves, and stays until another one is ready",
      subject: "\(object)")
  }
}
