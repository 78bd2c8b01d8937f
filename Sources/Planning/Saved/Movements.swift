import Spec

extension Observed {
  /// Without the networks of others.
  func relevant(to desired: Desired) -> Observed {
    let names = Set(desired.networks.map(\.spec.name))
    var relevant = self
    relevant.networks = networks.filter { $0.project == desired.project || names.contains($0.spec.name) }
    return relevant
  }

  /// What is not as it was, in words, as far as it matters to a plan for `desired`. What comes and goes by itself
  /// (health, restarts) does not.
  public func movements(since before: Observed, for desired: Desired) -> [String] {
    let now = relevant(to: desired)
    return pairs(before.containers, now.containers, by: \.id).flatMap { old, new in
      movements(old, new, "container \(old?.spec.name ?? new?.spec.name ?? "")") { old, new in
        Self.movements(of: old, new)
      }
    }
      + pairs(before.networks, now.networks, by: \.id).flatMap { old, new in
        movements(old, new, "network \(old?.spec.name ?? new?.spec.name ?? "")") { old, new in
          SpecComparison(network: old.spec, new.spec, key: new.key).reasons.map(\.description)
        }
      }
      + pairs(before.volumes, now.volumes, by: \.spec.name).flatMap { old, new in
        movements(old, new, "volume \(old?.spec.name ?? new?.spec.name ?? "")") { old, new in
          SpecComparison(volume: old.spec, new.spec, key: new.key).reasons.map(\.description)
        }
      }
  }

  private func pairs<Object>(
    _ before: [Object], _ now: [Object], by key: KeyPath<Object, String>
  ) -> [(Object?, Object?)] {
    let known = Dictionary(now.map { ($0[keyPath: key], $0) }, uniquingKeysWith: { $1 })
    let old = Set(before.map { $0[keyPath: key] })
    return before.map { ($0, known[$0[keyPath: key]]) }
      + now.filter { !old.contains($0[keyPath: key]) }.map { (nil, $0) }
  }

  private func movements<Object>(
    _ before: Object?, _ now: Object?, _ name: String, _ compare: (Object, Object) -> [String]
  ) -> [String] {
    switch (before, now) {
    case (let before?, let now?): compare(before, now).map { "\(name): \($0)" }
    case (.some, nil): ["\(name) is gone"]
    case (nil, .some): ["\(name) is new"]
    case (nil, nil): []
    }
  }

  private static func movements(of old: ObservedContainer, _ new: ObservedContainer) -> [String] {
    var found: [String] = []
    if old.spec.name != new.spec.name { found.append("was renamed to \(new.spec.name)") }
    func settled(_ state: ContainerState) -> ContainerState { state == .restarting ? .running : state }
    if settled(old.state) != settled(new.state) {
      found.append("is \(new.state.rawValue), and was \(old.state.rawValue)")
    }
    if old.standing != new.standing { found.append("stands in another place of a roll-out") }
    if old.stoppedByUser != new.stoppedByUser, old.state == new.state { found.append("was told to stop or to go on") }
    for network in Set(old.attachedNetworks).subtracting(new.attachedNetworks).sorted() {
      found.append("was taken off network \(network)")
    }
    for network in Set(new.attachedNetworks).subtracting(old.attachedNetworks).sorted() {
      found.append("was put on network \(network)")
    }
    var (before, after) = (old.spec, new.spec)
    after.name = before.name
    before.networks = after.networks
    return found + SpecComparison(container: before, after, service: new.service).reasons.map(\.description)
  }
}
