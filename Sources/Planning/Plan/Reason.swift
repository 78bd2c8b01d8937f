import Spec

/// Why a change is in a plan. Values of secrets never are in it.
public enum Reason: Hashable, Sendable {
  /// It does not exist.
  case missing
  /// One field of the definition is not what it should be.
  case field(FieldDifference)
  /// The reference names another image now.
  case image(reference: String, before: String, after: String)
  /// The bytes of a secret or config are not what they were.
  case content(kind: FileSpec.Kind, name: String)
  /// The program ended, and should run.
  case exited(code: Int32?, outOfMemory: Bool, restart: RestartPolicy.Condition)
  /// Stopped by a person.
  case stopped
  /// It still runs, but was told to end and is about to.
  case stopping
  /// Made, but never started.
  case neverStarted
  case paused
  /// Half made or half removed when its maker died.
  case unfinished(ContainerState)
  /// A replaced container that was not removed yet.
  case leftover(of: String)
  /// The project has no such service any more.
  case orphan(service: String)
  /// A network that the project does not name any more.
  case unused
  /// There are more replicas than wanted.
  case surplus(wanted: Int)
  /// A service that it depends on with `restart: true` is made anew or restarted.
  case dependency(service: String)
  /// Something that it uses is made anew: a network, a volume, the container whose namespace it shares.
  case recreated(ObjectReference)
  /// It should be on this network and is not.
  case detached(network: String)
  /// It is on this network and should not be.
  case attached(network: String)
  /// Nothing is different: it was asked for.
  case forced
  /// The command says so (`stop`, `down`, …).
  case requested
  /// Its health check fails, and the project says to restart it then.
  case unhealthy
  /// A roll-out was cut short: it runs, and nothing leads to it.
  case standby
  /// Services that begin only afterwards.
  case needed(by: [String])
}

extension Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing: "does not exist"
    case .field(let difference): difference.description
    case .image(let reference, let before, let after):
      "image \(reference): \(shortDigest(before)) → \(shortDigest(after))"
    case .content(let kind, let name): "\(kind.rawValue) \(name): content changed"
    case .exited(let code, let outOfMemory, let restart):
      "container exited\(code.map { " (\($0)\(outOfMemory ? ", out of memory" : ""))" } ?? "")"
        + " and restart is \(restart.rawValue)"
    case .stopped: "was stopped"
    case .stopping: "is about to end, because it was stopped"
    case .neverStarted: "was never started"
    case .paused: "is paused"
    case .unfinished(let state): "was left \(state == .removing ? "half removed" : state.rawValue)"
    case .leftover(let name): "was replaced by \(name) and left behind"
    case .orphan(let service): "orphan: the project has no service \(service) any more"
    case .unused: "the project does not name it any more"
    case .surplus(let wanted): "surplus replica: \(wanted) \(wanted == 1 ? "is" : "are") wanted"
    case .dependency(let service): "dependency \(service) is recreated or restarted (restart: true)"
    case .recreated(let object): "\(object) is recreated"
    case .detached(let network): "is not attached to network \(network)"
    case .attached(let network): "is attached to network \(network), which it should not be"
    case .forced: "recreation was asked for"
    case .requested: "was asked for"
    case .unhealthy: "is unhealthy"
    case .standby: "runs, and nothing leads to it: a roll-out was cut short"
    case .needed(let services): "needed by \(services.joined(separator: ", "))"
    }
  }
}

/// `sha256:ab12cd34ef56…`
func shortDigest(_ digest: String) -> String {
  guard let colon = digest.firstIndex(of: ":") else { return digest }
  let hex = digest[digest.index(after: colon)...]
  return hex.count > 12 ? "\(digest[...colon])\(hex.prefix(12))…" : digest
}
