import Diagnostics
import Engine
import EngineAPI
import Glibc
import Linux
import Presentation
import Spec

extension API {
  func start(_ x: Exchange, _ r: Exchange.Route) throws {
    let view = try engine.container(r.name)
    guard view.state != .paused else { throw APIError.conflict("cannot start a paused container, try unpause instead") }
    guard !view.isRunning else { return x.respond(304) }
    let waiting = earlyClients.take(view.id)
    do {
      if let first = waiting.first { try engine.start(view.id, with: first.client) } else { try engine.start(view.id) }
    } catch {
      for client in waiting { client.settle(.failed) }
      throw Self.startError(error)
    }
    for (index, client) in waiting.enumerated() { client.settle(index == 0 ? .connected : .started) }
    x.respond(204)
  }

  /// What kept a program from starting, with the status by which `docker run` knows to exit with 126 or 127.
  private static func startError(_ error: any Error) -> any Error {
    guard let failure = error as? Failure, failure.exitStatus == 126 || failure.exitStatus == 127 else { return error }
    return APIError.badRequest(
      "failed to create task for container: failed to create shim task: OCI runtime create failed: \(ProgramError.text(failure))"
    )
  }

  func stop(_ x: Exchange, _ r: Exchange.Route) throws {
    let view = try engine.container(r.name)
    guard view.isRunning else { return x.respond(304) }
    try engine.stop(view.id, timeout: try seconds(r.query), signal: r.query["signal"])
    x.respond(204)
  }

  func restart(_ x: Exchange, _ r: Exchange.Route) throws {
    let view = try engine.container(r.name)
    if view.isRunning { try engine.stop(view.id, timeout: try seconds(r.query), signal: r.query["signal"]) }
    do { try engine.start(view.id) } catch { throw Self.startError(error) }
    engine.note(
      Event(.container, "restart", id: view.id, attributes: ["image": view.record.spec.image, "name": view.name]))
    x.respond(204)
  }

  /// `t`, in nanoseconds.
  private func seconds(_ query: Query) throws(APIError) -> Int64? {
    try query.integer("t").map { Int64(max(-1, min($0, 1_000_000_000))) * 1_000_000_000 }
  }

  func kill(_ x: Exchange, _ r: Exchange.Route) throws {
    let view = try engine.container(r.name)
    let signal = r.query["signal"] ?? "SIGKILL"
    do { _ = try SignalNumber.parse(signal) } catch { throw APIError.badRequest("Invalid signal: \(signal)") }
    guard view.isRunning else {
      throw APIError.conflict("cannot kill container: \(r.name): container \(view.id) is not running")
    }
    try engine.kill(view.id, signal: signal)
    x.respond(204)
  }

  func pause(_ x: Exchange, _ r: Exchange.Route) throws {
    let view = try engine.container(r.name)
    guard view.state != .paused else { throw APIError.conflict("Container \(view.id) is already paused") }
    guard view.isRunning else { throw APIError.conflict("Container \(view.id) is not running") }
    try engine.pause(view.id)
    x.respond(204)
  }

  func unpause(_ x: Exchange, _ r: Exchange.Route) throws {
    let view = try engine.container(r.name)
    guard view.state == .paused else { throw APIError(500, "Container \(view.id) is not paused") }
    try engine.unpause(view.id)
    x.respond(204)
  }

  func rename(_ x: Exchange, _ r: Exchange.Route) throws {
    let view = try engine.container(r.name)
    guard let name = r.query["name"].map({ String($0.drop { $0 == "/" }) }), !name.isEmpty else {
      throw APIError.badRequest("Neither old nor new names may be empty")
    }
    guard name != view.name else {
      throw APIError.badRequest("Renaming a container with the same name as its current name")
    }
    do { try engine.rename(view.id, to: name) } catch let failure as Failure where failure.code == .conflict {
      throw APIError.conflict(
        "Conflict. The container name \"/\(name)\" is already in use. You have to remove (or rename) that container to be able to reuse that name."
      )
    }
    x.respond(204)
  }

  func update(_ x: Exchange, _ r: Exchange.Route) throws {
    let body = try x.decode(UpdateBody.self)
    try body.resources.check(processors: sysconf(Int32(_SC_NPROCESSORS_CONF)))
    let view = try engine.container(r.name)
    var update = ContainerUpdate()
    var resources = view.record.spec.resources
    try body.resources.apply(to: &resources)
    update.resources = resources
    if let policy = body.restartPolicy, policy.name?.isEmpty == false {
      if view.record.spec.autoRemove, policy.name != "no" {
        throw APIError.badRequest("Restart policy cannot be updated because AutoRemove is enabled for the container")
      }
      update.restart = try policy.spec()
    }
    try engine.update(view.id, update)
    x.respond(200, .object(["Warnings": []]))
  }

  func wait(_ x: Exchange, _ r: Exchange.Route) throws {
    let condition = r.query["condition"] ?? "not-running"
    guard let condition = WaitCondition(rawValue: condition) else {
      throw APIError.badRequest("invalid condition: \"\(condition)\"")
    }
    let id = try engine.container(r.name).id
    let cancellation = try x.cancellation()
    // Whoever waits before it starts something must know that the waiting has begun.
    if r.version >= APIVersion(1, 30) { x.begin(200, type: "application/json") }
    let code =
      try condition == .notRunning
      ? endOfRun(id, cancellation) : engine.wait(id, for: condition, cancellation: cancellation)
    let json = JSONValue.object(["StatusCode": .integer(Int64(code))])
    if x.hasBegun { try x.write(Array((json.compact + "\n").utf8)) } else { x.respond(200, json) }
  }

  /// The end of the run that is now, whether another one follows by policy or not.
  private func endOfRun(_ id: String, _ cancellation: Cancellation) throws -> Int32 {
    let before = try engine.container(id)
    let begin = Timestamp.now()
    let after = try engine.wait(id, cancellation: cancellation) { view in
      !view.isRunning || view.state == .restarting || view.restartCount != before.restartCount
        || view.startedAt != before.startedAt
    }
    // One that is removed at its end takes along how that was.
    if before.isRunning, after.finishedAt == nil, let code = try engine.lastEnd(of: id, since: begin) { return code }
    return after.exitCode ?? 0
  }

  func removeContainer(_ x: Exchange, _ r: Exchange.Route) throws {
    if r.query.isOn("link") { return try removeLink(x, r) }
    let view = try engine.container(r.name)
    let force = r.query.isOn("force")
    if view.isRunning, !force {
      let state = view.state == .paused ? "paused" : view.state == .restarting ? "restarting" : "running"
      throw APIError.conflict(
        "cannot remove container \"/\(view.name)\": container is \(state): stop the container before removing or force remove"
      )
    }
    do { try engine.remove(view.id, force: force, volumes: r.query.isOn("v")) } catch let failure as Failure
      where failure.code == .notFound
    {}
    for client in earlyClients.take(view.id) { client.settle(.failed) }
    x.respond(204)
  }

  /// `container/alias`
  private func removeLink(_ x: Exchange, _ r: Exchange.Route) throws {
    let parts = r.name.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw APIError.badRequest("Conflict, cannot remove the default link name of the container")
    }
    try engine.removeLink(parts[1], of: parts[0])
    x.respond(204)
  }

  func pruneContainers(_ x: Exchange, _ r: Exchange.Route) throws {
    let filters = try Filters(r.query["filters"])
    let result = try engine.pruneContainers(filters.terms, until: try until(filters))
    x.respond(
      200,
      .object([
        "ContainersDeleted": result.removed.isEmpty ? .null : result.removed.json,
        "SpaceReclaimed": .integer(result.reclaimed),
      ]))
  }

  /// The moment that a filter `until` names.
  func until(_ filters: Filters) throws -> Timestamp? {
    guard filters["until"].count < 2 else { throw APIError.badRequest("more than one until filter specified") }
    return try moment(filters["until"].first)
  }
}
