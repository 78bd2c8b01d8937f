import Diagnostics
import Spec

extension UpPlanner {
  mutating func planNetworks() {
    let used = options.services.isEmpty ? nil : names { $0.networks.map(\.network) }
    for network in desired.networks where used?.contains(network.spec.name) ?? true {
      let object = ObjectReference(.network, network.spec.name, key: network.key)
      guard let existing = machine.networks[network.spec.name] else {
        if network.external {
          failures.append(
            Failure(
              .notFound, "external network \(network.spec.name) does not exist", subject: "networks.\(network.key)",
              hint: "create it with `davit network create \(network.spec.name)`, or remove `external: true`"))
        } else {
          networks.missing.insert(network.spec.name)
        }
        continue
      }
      if !network.external, existing.project != desired.project {
        warnings.append(notOurs("network", network.spec.name, existing.project))
      } else if !network.external, existing.spec != network.spec {
        networks.recreated[network.spec.name] = object
        networks.reasons[network.spec.name] =
          SpecComparison(network: existing.spec, network.spec, key: network.key).reasons
        continue
      }
      unchanged.append(.init(object))
    }
  }

  mutating func planVolumes() {
    let used = options.services.isEmpty ? nil : names { $0.mounts.filter { $0.kind == .volume }.map(\.source) }
    for volume in desired.volumes where used?.contains(volume.spec.name) ?? true {
      let object = ObjectReference(.volume, volume.spec.name, key: volume.key)
      guard let existing = machine.volumes[volume.spec.name] else {
        if volume.external {
          failures.append(
            Failure(
              .notFound, "external volume \(volume.spec.name) does not exist", subject: "volumes.\(volume.key)",
              hint: "create it with `davit volume create \(volume.spec.name)`, or remove `external: true`"))
        } else {
          volumes.missing.insert(volume.spec.name)
        }
        continue
      }
      if !volume.external, existing.project != desired.project {
        warnings.append(notOurs("volume", volume.spec.name, existing.project))
      } else if !volume.external, existing.spec != volume.spec {
        let reasons = SpecComparison(volume: existing.spec, volume.spec, key: volume.key).reasons
        if mayRecreate(volume.spec.name, reasons) {
          volumes.recreated[volume.spec.name] = object
          volumes.reasons[volume.spec.name] = reasons
          continue
        }
      }
      unchanged.append(.init(object))
    }
  }

  /// The volume's data would be lost, so it has to be asked for; and nobody outside of the project's services may use
  /// it.
  private mutating func mayRecreate(_ name: String, _ reasons: [Reason]) -> Bool {
    let difference = reasons.map(\.description).joined(separator: ", ")
    guard options.recreateVolumes else {
      warnings.append(
        "volume \(name) is not as the project file says (\(difference)); it stays as it is, because recreating it"
          + " loses its data")
      return false
    }
    let users = (machine.own + machine.oneOff).filter { $0.mounts(volume: name) }
    if let other = users.first(where: { $0.oneOff || (services[$0.service] == nil && !isSurplusOrOrphan($0)) }) {
      warnings.append("volume \(name) is not recreated: container \(other.spec.name) uses it")
      return false
    }
    for user in users where services[user.service] != nil { selected.insert(user.service) }
    return true
  }

  private func notOurs(_ kind: String, _ name: String, _ project: String) -> String {
    let maker = project.isEmpty ? "this project did not make it" : "project \(project) made it"
    return "\(kind) \(name) exists already and \(maker); it is used as it is: say `external: true` to mean that"
  }

  private func names(_ of: (ContainerSpec) -> [String]) -> Set<String> {
    Set(desired.services.filter { selected.contains($0.name) }.flatMap { $0.containers.flatMap(of) })
  }

  mutating func writeResources() {
    for network in desired.networks {
      let name = network.spec.name
      let object = ObjectReference(.network, name, key: network.key)
      if networks.missing.contains(name) {
        networks.creations[name] = build.add(.createNetwork(network.spec), object, [.missing])
      } else if networks.recreated[name] != nil, let existing = machine.networks[name] {
        let removal = build.add(.removeNetwork(existing.id), object, networks.reasons[name] ?? [])
        networks.removals[name] = removal
        networks.creations[name] = build.add(.createNetwork(network.spec), object, after: [removal])
      }
    }
    for volume in desired.volumes {
      let name = volume.spec.name
      let object = ObjectReference(.volume, name, key: volume.key)
      if volumes.missing.contains(name) {
        volumes.creations[name] = build.add(.createVolume(volume.spec), object, [.missing])
      } else if volumes.recreated[name] != nil {
        let removal = build.add(.removeVolume(name), object, volumes.reasons[name] ?? [])
        volumes.removals[name] = removal
        volumes.creations[name] = build.add(.createVolume(volume.spec), object, after: [removal])
      }
    }
  }
}
