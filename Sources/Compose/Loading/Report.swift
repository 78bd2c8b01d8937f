import Diagnostics
import YAML

/// What one loading run has found so far. Stages note everything that is wrong and go on; between stages the run stops
/// where something was.
final class Report {
  private(set) var failures: [Failure] = []
  private(set) var warnings: [Warning] = []
  private var told: Set<String> = []

  func fail(
    _ message: String, at path: NodePath, _ mark: Mark?, hint: String? = nil, code: Failure.Code = .invalidInput
  ) {
    add(Failure(code, message, subject: path.description, location: mark?.location, hint: hint))
  }

  func add(_ failure: Failure) {
    if !failures.contains(failure) { failures.append(failure) }
  }

  func add(contentsOf more: Failures) { more.all.forEach(add) }

  /// - Parameter key: the same key is told once only.
  func warn(_ message: String, _ mark: Mark? = nil, once key: String? = nil) {
    guard told.insert(key ?? message).inserted else { return }
    warnings.append(Warning(message, location: mark?.location))
  }

  func stopIfFailed() throws(Failures) {
    guard !failures.isEmpty else { return }
    throw Failures(Self.inFileOrder(failures))
  }

  /// File by file in the order in which they were met, from top to bottom.
  private static func inFileOrder(_ failures: [Failure]) -> [Failure] {
    var files: [String: Int] = [:]
    for failure in failures {
      let file = failure.location?.file ?? ""
      if files[file] == nil { files[file] = files.count }
    }
    func place(_ failure: Failure) -> (Int, Int, Int) {
      (files[failure.location?.file ?? ""]!, failure.location?.line ?? 0, failure.location?.column ?? 0)
    }
    return failures.enumerated()
      .sorted { left, right in
        let (first, second) = (place(left.element), place(right.element))
        return first == second ? left.offset < right.offset : first < second
      }
      .map(\.element)
  }
}
