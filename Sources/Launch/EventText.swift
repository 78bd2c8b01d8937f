/// The text of the journal of events: one JSON object a line, with the keys of Docker's `GET /events`.
public enum EventText {
  /// The object that an event is about, up to where further attributes may follow.
  public static func actor(_ id: String, _ attributes: [(name: String, value: String)]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { actor in
      actor.member("ID", id)
      actor.member("Attributes") { value in
        value.object { object in for attribute in attributes { object.member(attribute.name, attribute.value) } }
      }
    }
    return writer.bytes.dropLast(2)
  }

  /// - Parameters:
  ///   - actor: from `actor`.
  ///   - further: attributes of this event alone.
  ///   - time: nanoseconds since 1970.
  public static func line(
    type: String, action: String, actor: [UInt8], further: [(name: String, value: String)] = [], time: Int64
  ) -> [UInt8] {
    var head = JSONWriter()
    head.object { event in
      event.member("Type", type)
      event.member("Action", action)
    }
    var line = head.bytes.dropLast() + ",\"Actor\":".utf8 + actor
    if !further.isEmpty {
      var more = JSONWriter()
      more.object { object in for attribute in further { object.member(attribute.name, attribute.value) } }
      if actor.last != UInt8(ascii: "{") { line.append(UInt8(ascii: ",")) }
      line += more.bytes.dropFirst().dropLast()
    }
    line += "}},\"scope\":\"local\",\"time\":\(time / 1_000_000_000),\"timeNano\":\(time)}\n".utf8
    return Array(line)
  }
}

/// What the shim notes in the journal of events.
public struct EventsLaunch: Hashable, Sendable {
  /// Absolute path; empty: nothing is noted.
  public var journal = ""
  /// The container, from `EventText.actor`.
  public var actor: [UInt8] = []
  /// What happens at the container's end beside its own.
  public var farewell: [Entry] = []

  public struct Entry: Hashable, Sendable {
    public var type = ""
    public var action = ""
    public var actor: [UInt8] = []

    public init() {}

    public init(type: String, action: String, actor: [UInt8]) {
      self.type = type
      self.action = action
      self.actor = actor
    }
  }

  public init() {}
}

extension EventsLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&journal)
    try wire.pass(&actor)
    try wire.pass(&farewell)
  }
}

extension EventsLaunch.Entry: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&type)
    try wire.pass(&action)
    try wire.pass(&actor)
  }
}
