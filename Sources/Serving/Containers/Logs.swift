import Diagnostics
import Engine
import EngineAPI
import Linux

extension API {
  /// Clients start a program and read at once what it has said: here that is sooner than it can have said anything.
  private func awaitFirstWords(of view: ContainerView, _ cancellation: Cancellation) {
    let patience: Int64 = 200_000_000
    guard view.isRunning, let started = view.startedAt else { return }
    let left = patience - (Timestamp.now().nanoseconds - started.nanoseconds)
    if left > 0 { _ = try? engine.wait(view.id, timeout: left, cancellation: cancellation) { !$0.isRunning } }
  }

  func logs(_ x: Exchange, _ r: Exchange.Route) throws {
    let (output, error) = (r.query.isOn("stdout"), r.query.isOn("stderr"))
    guard output || error else {
      throw APIError.badRequest("Bad parameters: you must choose at least one stream")
    }
    let view = try engine.container(r.name)
    guard view.record.spec.logging.driver != "none" else {
      throw APIError(501, "configured logging driver does not support reading")
    }
    var options = LogOptions()
    options.follow = r.query.isOn("follow")
    options.standardOutput = output
    options.standardError = error
    options.since = try moment(r.query["since"])
    options.until = try moment(r.query["until"])
    // What is no number means everything.
    options.tail = r.query["tail"].flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
    let isRaw = view.record.spec.tty
    let (stamps, details) = (r.query.isOn("timestamps"), r.query.isOn("details"))
    let cancellation = try x.cancellation()
    if !options.follow { awaitFirstWords(of: view, cancellation) }
    x.begin(200, type: isRaw || r.version < APIVersion(1, 42) ? StreamFrame.rawType : StreamFrame.multiplexedType)
    try engine.logs(view.id, options, cancellation: cancellation) { entry in
      var head = stamps ? "\(entry.time.fixedWidth) " : ""
      if details { head += entry.details + " " }
      let bytes = head.isEmpty ? entry.bytes : Array(head.utf8) + entry.bytes
      try x.write(isRaw ? bytes : StreamFrame.encode(bytes, entry.stream == .stdout ? .standardOutput : .standardError))
      return true
    }
  }
}
