import Diagnostics

extension Failure {
  /// The same failure seen from a container, unless it names one already.
  func of(container name: String) -> Failure {
    subject.hasPrefix("container ") ? self : about("container \(name)")
  }
}
