import Diagnostics
import Glibc
import Linux
import Spec

/// Which container has which address of one network: a folder of symbolic links, each named after an address and pointing
/// to the container's id (as `CompactID`). A link is made whole or not at all and never over another one, so two commands
/// never hand out the same address, a lease without an owner cannot exist, and no lock is left behind.
public struct LeaseStore: Sendable {
  /// `$DAVIT_ROOT/networks/<id>/leases`; made when it is missing.
  public var directory: String

  private var claims: ExclusiveNames { ExclusiveNames(directory: directory) }
  /// Beside the leases: addresses that containers ask for which do not run, by the same names.
  private var wishes: ExclusiveNames { ExclusiveNames(directory: splitPath(directory).folder + "/wishes") }

  public init(directory: String) { self.directory = directory }

  /// Leases an address for each family that the network has: the one that the attachment asks for, the one that the
  /// container has already, or the next free one.
  /// - Parameter network: with its pools filled in.
  /// - Parameter isStale: whether a container that holds an address is gone for good, so that its lease may be taken.
  public func lease(
    _ network: NetworkSpec, attachment: NetworkAttachment, container: String, isStale: (String) -> Bool
  ) throws(Failure) -> [IPAddress] {
    do throws(Failure) {
      let pools = network.pools.compactMap { ResolvedPool($0) }
      let held = try all()
      var leased: [IPAddress] = []
      var made: [IPAddress] = []
      do throws(Failure) {
        for (text, family, attribute) in [
          (attachment.ipv4Address, IPAddress.Family.v4, "ipv4_address"),
          (attachment.ipv6Address, .v6, "ipv6_address"),
        ] {
          guard let pool = pools.first(where: { $0.subnet.family == family }) else {
            guard let text else { continue }
            throw Failure(
              .invalidInput, "\(attribute) is \(text), and the network has no such addresses",
              hint: family == .v6 ? "add enable_ipv6: true to the network" : nil)
          }
          let address =
            if let text { try fixed(text, attribute, pool, held, container, isStale) } else {
              try free(pool, held, container, isStale)
            }
          leased.append(address)
          if held[address] != container { made.append(address) }
        }
        return leased
      } catch {
        for address in made { claims.remove(address.description, of: CompactID.encode(container)) }
        throw error
      }
    } catch { throw error.about("network \(network.name)") }
  }

  private func fixed(
    _ text: String, _ attribute: String, _ pool: ResolvedPool, _ held: [IPAddress: String], _ container: String,
    _ isStale: (String) -> Bool
  ) throws(Failure) -> IPAddress {
    guard let address = IPAddress(text), address.family == pool.subnet.family else {
      throw Failure(.invalidInput, "\(attribute) \"\(text)\" is no such address")
    }
    if let objection = pool.objection(to: address) {
      throw Failure(.invalidInput, "\(attribute) \(address) cannot be used: \(objection)")
    }
    if held[address] == container { return address }
    if let holder = try claim(address, for: container, isStale: isStale) {
      throw Failure(
        .conflict, "the address \(address) is leased to container \(holder.prefix(12))",
        hint: "stop that container, or ask for another address")
    }
    return address
  }

  private func free(
    _ pool: ResolvedPool, _ held: [IPAddress: String], _ container: String, _ isStale: (String) -> Bool
  ) throws(Failure) -> IPAddress {
    if let own = held.first(where: { $0.value == container && pool.subnet.contains($0.key) })?.key { return own }
    let wished = try wishes.all().filter { CompactID.decode($0.value) != container }.keys.compactMap { IPAddress($0) }
    // What others wish for is given away only when there is nothing else.
    for taken in [Set(held.keys).union(wished), Set(held.keys)] {
      var previous: IPAddress?
      while let address = pool.next(after: previous, taken: taken) {
        // Another command may be quicker.
        if try claim(address, for: container, isStale: { _ in false }) == nil { return address }
        previous = address
      }
    }
    // Only when nothing is free are the leases of the dead looked for.
    for (address, holder) in held.sorted(by: { $0.key < $1.key })
    where pool.range.contains(address) && pool.objection(to: address) == nil && isStale(holder) {
      if try claim(address, for: container, isStale: isStale) == nil { return address }
    }
    throw Failure(
      .conflict, "no address of \(pool.range) is free",
      hint: "stop containers that are not needed, or make the subnet or the ip_range larger")
  }

  /// - Returns: the container that has it already; `nil`: it is leased.
  private func claim(
    _ address: IPAddress, for container: String, isStale: (String) -> Bool
  ) throws(Failure) -> String? {
    try claims.claim("\(address)", for: CompactID.encode(container)) { isStale(CompactID.decode($0)) }
      .map(CompactID.decode)
  }

  /// Notes the addresses that a container asks for, so that they are not given to others before it runs, or while it does
  /// not. An address that another asked for before stays that one's wish.
  public func wish(_ attachment: NetworkAttachment, container: String) throws(Failure) {
    for text in [attachment.ipv4Address, attachment.ipv6Address] {
      guard let address = text.flatMap({ IPAddress($0) }) else { continue }
      _ = try wishes.claim("\(address)", for: CompactID.encode(container)) { _ in false }
    }
  }

  /// Takes back what `wish` noted.
  public func withdrawWishes(of container: String) throws(Failure) {
    let owner = CompactID.encode(container)
    for (name, holder) in try wishes.all() where holder == owner { wishes.remove(name, of: owner) }
  }

  /// Gives back what a container holds.
  public func release(container: String) throws(Failure) {
    for (address, holder) in try all() where holder == container {
      claims.remove("\(address)", of: CompactID.encode(container))
    }
  }

  /// All leases: the container's id by address.
  public func all() throws(Failure) -> [IPAddress: String] {
    var leases: [IPAddress: String] = [:]
    for (name, holder) in try claims.all() {
      if let address = IPAddress(name) { leases[address] = CompactID.decode(holder) }
    }
    return leases
  }
}
