import Diagnostics
import Linux
import Spec

extension Engine {
  /// Hands the entries of a container's log to `sink`, oldest first, until it returns false or there are no more. When
  /// following, that is once the container has ended for good.
  public func logs(
    _ id: String, _ options: LogOptions, cancellation: Cancellation? = nil, sink: (LogEntry) throws -> Bool
  ) throws {
    let record = try record(id)
    let logging = record.spec.logging
    guard logging.driver != "none", logging.options["cache-disabled"] != "true" else {
      throw Failure(
        .unsupported, "the logging driver \"\(logging.driver)\" keeps nothing that could be read",
        subject: "container \(record.name)")
    }
    let paths = host.container(record.id)
    let reader = try LogReader(paths.log, options)
    let change = options.follow ? try ContainerChange(of: [record.id], host: host, alsoWritesIn: paths.folder) : nil
    while true {
      // Looked at before reading: what a container wrote before it ended is read after it is known to have ended.
      change?.settle()
      let isAlive = options.follow && LiveState.of(paths).isAlive
      while let entry = try reader.next() {
        guard try sink(entry) else { return }
        if cancellation?.isCancelled ?? false { return }
      }
      guard let change, isAlive, !reader.hasEnded else { return }
      let limit = options.until.map { max(0, $0.nanoseconds - Timestamp.now().nanoseconds) }
      if limit == 0 { return }
      _ = change.wait(limit: limit, cancellation: cancellation)
      if cancellation?.isCancelled ?? false { return }
    }
  }
}
