import Diagnostics
import Spec

/// Host ports and addresses that two containers would hold at once: found before anything is touched.
extension UpPlanner {
  mutating func findConflicts() {
    var holders: [Claim: [Holder]] = [:]
    func add(_ spec: ContainerSpec, _ service: String, comesUp: Bool) {
      for (claim, address) in Claim.all(of: spec) {
        holders[claim, default: []].append(
          Holder(container: spec.name, service: service, address: address, comesUp: comesUp))
      }
    }
    var decided: Set<String> = []
    for decision in decisions {
      if let current = decision.current { decided.insert(current.id) }
      if decision.comesUp && !options.noStart {
        add(runningSpec(of: decision), decision.service, comesUp: true)
      } else if let current = decision.current, current.isUp, !decision.isNew {
        add(current.spec, decision.service, comesUp: false)
      }
    }
    let going = Set(departures.map(\.container.id))
    for container in machine.byName.values.sorted(by: { $0.id < $1.id }) where container.isUp {
      if decided.contains(container.id) || going.contains(container.id) { continue }
      add(container.spec, container.project == desired.project ? container.service : "", comesUp: false)
    }
    for (claim, holders) in holders where holders.count > 1 {
      for newcomer in holders where newcomer.comesUp {
        guard let other = holders.first(where: { $0.conflicts(with: newcomer, about: claim) }) else { continue }
        failures.append(conflict(claim, newcomer, other))
        break
      }
    }
    failures.sort { $0.description < $1.description }
  }

  /// What the container runs with once the plan is done.
  func runningSpec(of decision: Decision) -> ContainerSpec {
    if decision.verdict == .keep, options.noRecreate, let current = decision.current { return current.spec }
    return decision.spec
  }

  private func conflict(_ claim: Claim, _ newcomer: Holder, _ other: Holder) -> Failure {
    let isOrphan = services[other.service] == nil && !other.service.isEmpty
    return Failure(
      .conflict, "\(claim) is \(other.comesUp ? "also wanted" : "already used") by container \(other.container)",
      subject: "services.\(newcomer.service)",
      hint: isOrphan ? "it is an orphan of this project: --remove-orphans removes it" : nil)
  }

  private struct Holder {
    var container: String
    var service: String
    /// Of a host port: which address of this machine.
    var address: String
    var comesUp: Bool

    func conflicts(with other: Holder, about claim: Claim) -> Bool {
      if container == other.container { return false }
      guard case .hostPort = claim else { return true }
      // Replicas of one service share a published port.
      if service == other.service, !service.isEmpty { return false }
      if address.isEmpty || other.address.isEmpty { return true }
      // `0.0.0.0` and `::` are two addresses, of one family each.
      guard address.contains(":") == other.address.contains(":") else { return false }
      return address == other.address || ["0.0.0.0", "::"].contains { $0 == address || $0 == other.address }
    }
  }

  private enum Claim: Hashable, CustomStringConvertible {
    case hostPort(UInt16, PortSpec.Transport)
    case address(String, network: String)

    var description: String {
      switch self {
      case .hostPort(let port, let transport): "host port \(port)/\(transport.rawValue)"
      case .address(let address, let network): "address \(address) of network \(network)"
      }
    }

    static func all(of spec: ContainerSpec) -> [(Claim, address: String)] {
      var claims: [(Claim, address: String)] = []
      for port in spec.ports {
        if let range = port.hostPorts, range.count == 1 {
          claims.append((.hostPort(range.lowerBound, port.transport), port.hostAddress))
        }
      }
      for attachment in spec.networks {
        for address in [attachment.ipv4Address, attachment.ipv6Address] {
          if let address { claims.append((.address(address, network: attachment.network), "")) }
        }
      }
      return claims
    }
  }
}
