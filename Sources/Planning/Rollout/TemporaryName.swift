extension ContainerReference {
  /// The name of a successor that does not serve yet.
  static func temporaryName(for name: String) -> String { name + temporarySuffix }

  static let temporarySuffix = "_next"
}

extension ObservedContainer {
  /// The name under which it belongs in its place, if it has it for a roll-out's sake only.
  func properName(_ name: String) -> Bool {
    spec.name == awayName(from: name) || spec.name == ContainerReference.temporaryName(for: name)
  }
}

extension ObservedContainer {
  /// Made for a roll-out, and nothing leads to it yet.
  public var isAside: Bool {
    isUp ? standing == .standby : spec.name.hasSuffix(ContainerReference.temporarySuffix)
  }
}
