import Diagnostics
import Linux

extension Engine {
  /// Waits until the container has ended for good.
  /// - Returns: its exit status.
  public func wait(_ id: String, cancellation: Cancellation? = nil) throws -> Int32 {
    try wait(id, cancellation: cancellation) { !$0.isRunning }.exitCode ?? 0
  }

  /// Waits until `condition` holds of the container, looking whenever something about it changes.
  /// - Parameter timeout: nanoseconds; `nil` for ever.
  /// - Returns: the container as it was when the condition held.
  public func wait(
    _ id: String, timeout: Int64? = nil, cancellation: Cancellation? = nil,
    until condition: (ContainerView) throws -> Bool
  ) throws -> ContainerView {
    let record = try record(id)
    let deadline = timeout.map { Monotonic.now + $0 }
    while true {
      let change = try ContainerChange(of: [record.id], host: host)
      let view = view(of: record)
      if try condition(view) { return view }
      let left = deadline.map { $0 - Monotonic.now }
      if let left, left <= 0 {
        throw Failure(.timedOut, "is still \(view.state.rawValue)", subject: "container \(record.name)")
      }
      guard change.wait(limit: left, cancellation: cancellation) else {
        try cancellation?.check()
        continue
      }
    }
  }

  /// Returns when something about one of the containers may have changed, at the latest after `limit` nanoseconds.
  public func waitForChange(of ids: [String], limit: Int64, cancellation: Cancellation? = nil) {
    guard let change = try? ContainerChange(of: ids, host: host) else { return }
    _ = change.wait(limit: limit, cancellation: cancellation)
  }
}
