import Launch
import Linux

/// Something that happened to an object, with Docker's words.
public struct Event: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case builder, config, container, daemon, image, network, node, plugin, secret, service, volume
  }

  public var kind: Kind
  /// `start`, `health_status: healthy`, `exec_create: sh -c …`
  public var action: String
  /// Of the object: a container's or network's id, a volume's name, an image's id or name.
  public var id: String
  public var attributes: [String: String]
  public var time: Timestamp

  public init(
    _ kind: Kind, _ action: String, id: String, attributes: [String: String] = [:], time: Timestamp = .now()
  ) {
    self.kind = kind
    self.action = action
    self.id = id
    self.attributes = attributes
    self.time = time
  }

  /// The action without what follows a colon.
  public var word: String { String(action.prefix { $0 != ":" }) }
}

extension Event {
  /// `Actor` of the journal.
  static func actor(_ id: String, _ attributes: [String: String]) -> [UInt8] {
    EventText.actor(id, attributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  var line: [UInt8] {
    EventText.line(
      type: kind.rawValue, action: action, actor: Self.actor(id, attributes), time: time.nanoseconds)
  }
}
