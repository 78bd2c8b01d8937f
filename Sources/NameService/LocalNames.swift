import Linux

/// Answers from the names of a container's networks.
struct LocalNames {
  enum Outcome: Hashable {
    case answer(ResponseCode, [Response.Record])
    /// Nobody here has the name: the resolvers are asked.
    case unknown
  }

  private var directories: [NamesDirectory]
  private let search: [DomainName]
  private var turn: Int

  /// - Parameter turn: where the rotation of replicas begins.
  init(directories: [String], search: [String], turn: Int) {
    self.directories = directories.map(NamesDirectory.init)
    self.search = search.map { DomainName($0) }
    self.turn = turn
  }

  /// The networks are others from now on.
  mutating func use(directories: [String]) { self.directories = directories.map(NamesDirectory.init) }

  /// A name that is known here is never asked for elsewhere, whatever the type: AAAA of a name with only IPv4 is an empty
  /// answer (NODATA), not NXDOMAIN, or the client would give the name up.
  mutating func outcome(of query: Query) -> Outcome {
    guard query.networkClass == 1 || query.networkClass == 255 else { return .unknown }
    if query.kind == Query.Kind.pointer, let address = ReverseName.address(query.name) {
      for index in directories.indices {
        if let name = directories[index].current().name(of: address) { return .answer(.success, [.pointer(name)]) }
      }
      return .unknown
    }
    return addresses(of: query.name, kind: query.kind)
  }

  /// What is said when the resolvers do not know the name: it may be one of ours with a search domain at its end.
  mutating func fallback(for query: Query) -> Outcome {
    for domain in search {
      guard let name = query.name.removing(domain: domain) else { continue }
      let outcome = addresses(of: name, kind: query.kind)
      if outcome != .unknown { return outcome }
    }
    return .unknown
  }

  /// The first network that knows the name answers.
  private mutating func addresses(of name: DomainName, kind: UInt16) -> Outcome {
    for index in directories.indices {
      guard let all = directories[index].current().addresses(of: name) else { continue }
      var chosen: [IPAddress] = []
      if kind == Query.Kind.address4 || kind == Query.Kind.any { chosen += rotated(all.filter { $0.family == .v4 }) }
      if kind == Query.Kind.address6 || kind == Query.Kind.any { chosen += rotated(all.filter { $0.family == .v6 }) }
      return .answer(.success, chosen.map { .address($0) })
    }
    return .unknown
  }

  /// Replicas take turns to come first.
  private mutating func rotated(_ addresses: [IPAddress]) -> [IPAddress] {
    guard addresses.count > 1 else { return addresses }
    turn &+= 1
    let start = Int(UInt(bitPattern: turn) % UInt(addresses.count))
    return Array(addresses[start...] + addresses[..<start])
  }
}

/// `2.0.18.172.in-addr.arpa` (RFC 1035 §3.5) and `….ip6.arpa` (RFC 3596 §2.5).
enum ReverseName {
  static func address(_ name: DomainName) -> IPAddress? {
    if let digits = name.removing(domain: DomainName("in-addr.arpa")) {
      return IPAddress(digits.text.split(separator: ".").reversed().joined(separator: "."))
    }
    guard let nibbles = name.removing(domain: DomainName("ip6.arpa")) else { return nil }
    let parts = nibbles.text.split(separator: ".").reversed()
    guard parts.count == 32, parts.allSatisfy({ $0.utf8.count == 1 }),
      let number = UInt128(parts.joined(), radix: 16)
    else { return nil }
    return .v6(number)
  }
}
