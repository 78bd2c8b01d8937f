import Spec

extension ContainerSpec {
  /// Puts the bytes of secrets and configs in, as far as they are missing and `read` knows them by their digest.
  public mutating func fill(_ read: (String) -> [UInt8]?) {
    for index in files.indices where files[index].content == nil && files[index].hostPath == nil {
      files[index].content = read(files[index].contentDigest)
    }
  }
}

extension Plan {
  /// With the bytes that its containers need.
  public func filled(_ read: (String) -> [UInt8]?) -> Plan {
    var plan = self
    for index in plan.changes.indices {
      guard case .createContainer(var creation) = plan.changes[index].action else { continue }
      creation.spec.fill(read)
      plan.changes[index].action = .createContainer(creation)
    }
    return plan
  }

  /// Secrets and configs whose bytes its containers need and lack, by digest.
  public var missingContents: Set<String> {
    Set(
      changes.flatMap { change -> [String] in
        guard case .createContainer(let creation) = change.action else { return [] }
        return creation.spec.files.filter { $0.content == nil && $0.hostPath == nil }.map(\.contentDigest)
      })
  }
}
