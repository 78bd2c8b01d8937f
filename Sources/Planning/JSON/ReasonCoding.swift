import Spec

/// `{"code": "field", "text": "services.web.user: unset → \"1000\"", "path": "services.web.user", "after": "1000"}`
///
/// `code` tells which of the other members there are; `text` is for people and not read back.
extension Reason: Codable {
  private enum Key: String, CodingKey {
    case code, text, path, before, after, reference, kind, name, restart, state, container, service, wanted, object
    case network, services
    case exitCode = "exit_code"
    case outOfMemory = "out_of_memory"
  }

  private enum Code: String, Codable {
    case missing, field, image, content, exited, stopped, stopping, paused, unfinished, leftover, orphan, unused,
      surplus
    case dependency, recreated, detached, attached, forced, requested, needed, unhealthy, standby
    case neverStarted = "never_started"
  }

  private var code: Code {
    switch self {
    case .missing: .missing
    case .field: .field
    case .image: .image
    case .content: .content
    case .exited: .exited
    case .stopped: .stopped
    case .stopping: .stopping
    case .neverStarted: .neverStarted
    case .paused: .paused
    case .unfinished: .unfinished
    case .leftover: .leftover
    case .orphan: .orphan
    case .unused: .unused
    case .surplus: .surplus
    case .dependency: .dependency
    case .recreated: .recreated
    case .detached: .detached
    case .attached: .attached
    case .forced: .forced
    case .requested: .requested
    case .needed: .needed
    case .unhealthy: .unhealthy
    case .standby: .standby
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(code, forKey: .code)
    try members.encode(description, forKey: .text)
    switch self {
    case .missing, .stopped, .stopping, .neverStarted, .paused, .unused, .forced, .requested, .unhealthy, .standby:
      break
    case .field(let difference):
      try members.encode(difference.path, forKey: .path)
      try members.encodeIfPresent(difference.before, forKey: .before)
      try members.encodeIfPresent(difference.after, forKey: .after)
    case .image(let reference, let before, let after):
      try members.encode(reference, forKey: .reference)
      try members.encode(before, forKey: .before)
      try members.encode(after, forKey: .after)
    case .content(let kind, let name):
      try members.encode(kind, forKey: .kind)
      try members.encode(name, forKey: .name)
    case .exited(let code, let outOfMemory, let restart):
      try members.encodeIfPresent(code, forKey: .exitCode)
      try members.encode(outOfMemory, forKey: .outOfMemory)
      try members.encode(restart, forKey: .restart)
    case .unfinished(let state): try members.encode(state, forKey: .state)
    case .leftover(let name): try members.encode(name, forKey: .container)
    case .orphan(let service), .dependency(let service): try members.encode(service, forKey: .service)
    case .surplus(let wanted): try members.encode(wanted, forKey: .wanted)
    case .recreated(let object): try members.encode(object, forKey: .object)
    case .detached(let network), .attached(let network): try members.encode(network, forKey: .network)
    case .needed(let services): try members.encode(services, forKey: .services)
    }
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    func string(_ key: Key) throws -> String { try members.decode(String.self, forKey: key) }
    switch try members.decode(Code.self, forKey: .code) {
    case .missing: self = .missing
    case .field:
      self = .field(
        FieldDifference(
          path: try string(.path), before: try members.decodeIfPresent(FieldValue.self, forKey: .before),
          after: try members.decodeIfPresent(FieldValue.self, forKey: .after)))
    case .image:
      self = .image(reference: try string(.reference), before: try string(.before), after: try string(.after))
    case .content: self = .content(kind: try members.decode(FileSpec.Kind.self, forKey: .kind), name: try string(.name))
    case .exited:
      self = .exited(
        code: try members.decodeIfPresent(Int32.self, forKey: .exitCode),
        outOfMemory: try members.decode(Bool.self, forKey: .outOfMemory),
        restart: try members.decode(RestartPolicy.Condition.self, forKey: .restart))
    case .stopped: self = .stopped
    case .stopping: self = .stopping
    case .neverStarted: self = .neverStarted
    case .paused: self = .paused
    case .unfinished: self = .unfinished(try members.decode(ContainerState.self, forKey: .state))
    case .leftover: self = .leftover(of: try string(.container))
    case .orphan: self = .orphan(service: try string(.service))
    case .unused: self = .unused
    case .surplus: self = .surplus(wanted: try members.decode(Int.self, forKey: .wanted))
    case .dependency: self = .dependency(service: try string(.service))
    case .recreated: self = .recreated(try members.decode(ObjectReference.self, forKey: .object))
    case .detached: self = .detached(network: try string(.network))
    case .attached: self = .attached(network: try string(.network))
    case .forced: self = .forced
    case .requested: self = .requested
    case .unhealthy: self = .unhealthy
    case .standby: self = .standby
    case .needed: self = .needed(by: try members.decode([String].self, forKey: .services))
    }
  }
}
