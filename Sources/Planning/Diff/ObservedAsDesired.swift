extension Observed {
  /// A machine's containers of a project as a desired state, to compare it with one.
  public func asDesired(_ project: String, like other: Desired) -> Desired {
    var desired = Desired(project: project)
    let own = containers.filter { $0.project == project && !$0.oneOff && !$0.isAside && $0.standing != .relieved }
    for (name, members) in Dictionary(grouping: own, by: \.service).sorted(by: { $0.key < $1.key }) {
      var service = DesiredService(
        name: name, containers: members.sorted { ($0.number, $0.id) < ($1.number, $1.id) }.map(\.spec))
      service.hasFixedName = other.services.first { $0.name == name }?.hasFixedName ?? false
      desired.services.append(service)
    }
    let external = Set(other.networks.filter(\.external).map(\.spec.name))
    desired.networks = networks.filter { $0.project == project || external.contains($0.spec.name) }.map { network in
      let key = other.networks.first { $0.spec.name == network.spec.name }?.key ?? network.key
      return DesiredNetwork(key: key, spec: network.spec)
    }
    desired.volumes = volumes.map { volume in
      let key = other.volumes.first { $0.spec.name == volume.spec.name }?.key ?? volume.key
      return DesiredVolume(key: key, spec: volume.spec)
    }
    return desired
  }
}
