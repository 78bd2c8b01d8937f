import Diagnostics
import Glibc
import Linux
import Spec

/// Which container holds which port of this machine: names like `tcp-8080-0` (transport, port, slot) in
/// `$DAVIT_RUN/ports`, symbolic links that say whose they are. They tell davit's containers apart, and replicas behind one
/// port; against other programs the bound sockets stand.
public struct PortClaims: Sendable {
  public var directory: String

  private var names: ExclusiveNames { ExclusiveNames(directory: directory) }

  public init(directory: String) { self.directory = directory }

  /// Claims and binds every port, or none. A range of host ports takes its first free one; none at all, one that the
  /// kernel chooses.
  /// - Parameter container: its id.
  /// - Parameter sharing: the service whose replicas may stand behind the same port (`project/service`); `nil`: nobody.
  /// - Parameter defaultBinding: the address for ports that name none; `nil`: all addresses.
  /// - Parameter listens: connections are taken at once; `false` for a container that takes over later.
  /// - Parameter isStale: whether a container that holds a claim is gone, so that its claim may be taken.
  /// - Parameter describe: a container in words for an error, `container shop-api-1 (project shop)`.
  public func reserve(
    _ ports: [PortSpec], container: String, sharing: String?, defaultBinding: IPAddress? = nil, listens: Bool = true,
    isStale: (String) -> Bool, describe: (String) -> String?
  ) throws(Failure) -> [PortReservation] {
    guard !ports.isEmpty else { return [] }
    var reserved: [PortReservation] = []
    var made: [PortClaim] = []
    // Read once for all ports; what comes later is seen when the claim is made.
    let present = try claims()
    do throws(Failure) {
      for port in ports {
        let addresses = try Self.addresses(of: port, defaultBinding)
        var refusal: Failure?
        var done: PortReservation?
        for number in port.hostPorts ?? 0...0 {
          let claim = PortClaim(container: container, service: sharing, addresses: addresses)
          do throws(Failure) {
            done = try reserve(
              port, number, claim, listens: listens, among: present, &made, isStale: isStale, describe: describe)
            break
          } catch {
            guard error.code == .conflict else { throw error }
            refusal = refusal ?? error
          }
        }
        guard let done else {
          guard let range = port.hostPorts, range.count > 1 else { throw refusal! }
          throw Failure(
            .conflict, "every host port from \(range.lowerBound) to \(range.upperBound) is taken",
            hint: "make the range larger, or leave the host port out", causes: [refusal!.message])
        }
        reserved.append(done)
      }
      return reserved
    } catch {
      for claim in made { names.remove(claim.name, of: claim.text) }
      throw error
    }
  }

  /// Removes the claims of a container that did not remove them itself.
  public func release(container: String) throws(Failure) {
    for claim in try claims() where claim.container == container { names.remove(claim.name, of: claim.text) }
  }

  /// Who holds which port: the container's id by the name of the claim, `tcp-8080-0`.
  public func all() throws(Failure) -> [String: String] {
    Dictionary(uniqueKeysWithValues: try claims().map { ($0.name, $0.container) })
  }

  private func claims() throws(Failure) -> [PortClaim] {
    try names.all().compactMap { PortClaim(name: $0.key, text: $0.value) }
  }

  private func reserve(
    _ port: PortSpec, _ number: UInt16, _ wanted: PortClaim, listens: Bool, among present: [PortClaim],
    _ made: inout [PortClaim],
    isStale: (String) -> Bool, describe: (String) -> String?
  ) throws(Failure) -> PortReservation {
    var claim = wanted
    claim.transport = port.transport
    claim.port = number
    func refuse(_ other: PortClaim) -> Failure {
      Self.taken(port, claim.port, by: describe(other.container) ?? "container \(other.container.prefix(12))")
    }
    if let other = present.first(where: { $0.excludes(claim) && !isStale($0.container) }) { throw refuse(other) }
    switch try PortBinding.bind(
      port.transport, port: number, addresses: claim.addresses, shared: claim.group != nil, listens: listens)
    {
    case .taken(let address):
      throw Self.taken(port, number, by: PortHolder.find(port.transport, port: number, address: address))
    case .bound(let sockets, let bound):
      claim.port = bound
      let slot = try claimSlot(&claim, isStale: isStale)
      // Sockets that may be shared do not keep another service away that came at the same moment: the lower slot wins.
      if slot > 0,
        let other = try claims().first(where: { $0.excludes(claim) && $0.slot < slot && !isStale($0.container) })
      {
        names.remove(claim.name, of: claim.text)
        throw refuse(other)
      }
      made.append(claim)
      return PortReservation(
        port, hostPort: bound, addresses: claim.addresses, sockets: sockets, slot: slot,
        claimPath: "\(directory)/\(claim.name)")
    }
  }

  /// The lowest slot that is free.
  private func claimSlot(_ claim: inout PortClaim, isStale: (String) -> Bool) throws(Failure) -> UInt32 {
    for slot in 0..<FirewallTable.slots {
      claim.slot = slot
      let holder = try names.claim(claim.name, for: claim.text) { text in
        let other = PortClaim(name: claim.name, text: text)
        // What the same container claimed in an earlier run, with other addresses perhaps.
        return other.map { $0.container == claim.container || isStale($0.container) } ?? true
      }
      if holder == nil { return slot }
    }
    throw Failure(
      .unsupported, "host port \(claim.port) leads to \(FirewallTable.slots) containers already, and more is too many",
      hint: "publish the port of a proxy in front of them")
  }

  private static func taken(_ port: PortSpec, _ number: UInt16, by holder: String?) -> Failure {
    let place = port.hostAddress.isEmpty ? "" : " of \(port.hostAddress)"
    let transport = port.transport == .tcp ? "" : "/\(port.transport)"
    return Failure(
      .conflict, "host port \(number)\(transport)\(place) is already used by \(holder ?? "another program")",
      hint: "stop it, or publish another port")
  }

  /// `""`: all addresses, of both families, unless the network says another default.
  static func addresses(of port: PortSpec, _ defaultBinding: IPAddress?) throws(Failure) -> [IPAddress] {
    let text = port.hostAddress
    if text.isEmpty {
      if let defaultBinding, !defaultBinding.isUnspecified { return [defaultBinding] }
      return [.v4(0), .v6(0)]
    }
    let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    guard let address = IPAddress(bare) else {
      throw Failure(.invalidInput, "\"\(text)\" is no IP address to publish a port on")
    }
    return [address]
  }
}
