/// What a plan does to one object, all its changes taken together: what a person thinks of as one thing.
public struct Effect: Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    case create, recreate, update, start, stop, restart, unpause, remove
  }

  public var kind: Kind
  public var object: ObjectReference
  public var reasons: [Reason]
  /// Conditions that its start waits for.
  public var waits: [Wait]
  /// Programs that are run for it, in the words of the file: `post_start: ./warm-up.sh`.
  public var hooks: [String] = []
}

extension Plan {
  /// In the order in which the objects are first touched.
  public var effects: [Effect] {
    var order: [ObjectReference] = []
    var groups: [ObjectReference: [Change]] = [:]
    var waits: [Int: Wait] = [:]
    for change in changes {
      if case .wait(let wait) = change.action {
        waits[change.id] = wait
        continue
      }
      if change.object.kind == .service { continue }
      if groups[change.object] == nil { order.append(change.object) }
      groups[change.object, default: []].append(change)
    }
    return order.map { object in
      let group = groups[object]!
      return Effect(
        kind: Effect.Kind(of: group), object: object, reasons: group.flatMap(\.reasons),
        waits: Set(group.flatMap(\.after)).sorted().compactMap { waits[$0] }, hooks: group.flatMap(\.action.hooks))
    }
  }

  /// How many objects are created, recreated and so on.
  public var counts: [Effect.Kind: Int] {
    effects.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
  }
}

extension Action {
  fileprivate var hooks: [String] {
    switch self {
    case .prepare(let creation, _):
      ["pre_start: " + (creation.spec.command?.joined(separator: " ") ?? creation.spec.image)]
    case .runHooks(_, let phase, let hooks):
      hooks.map { "\(phase.rawValue): \($0.command.joined(separator: " "))" }
    default: []
    }
  }
}

extension Effect.Kind {
  fileprivate init(of changes: [Change]) {
    var creates = false
    var removes = false
    var starts = false
    var stops = false
    var unpauses = false
    var updates = false
    for change in changes {
      switch change.action {
      case .createNetwork, .createVolume: creates = true
      case .createContainer(let creation):
        creates = true
        if creation.replaces != nil { removes = true }
      case .removeNetwork, .removeVolume, .removeContainer, .removeImage: removes = true
      case .start: starts = true
      case .stop: stops = true
      case .unpause: unpauses = true
      case .startStandby: starts = true
      case .updateContainer, .connect, .disconnect, .renameContainer, .takeOver: updates = true
      case .wait, .requirePorts, .prepare, .runHooks, .checkRollout, .delay, .drain: break
      }
    }
    self =
      switch (creates, removes) {
      case (true, true): .recreate
      case (true, false): .create
      case (false, true): .remove
      case (false, false):
        starts && stops ? .restart : updates ? .update : starts ? .start : stops ? .stop : unpauses ? .unpause : .update
      }
  }
}
