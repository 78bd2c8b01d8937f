import Diagnostics
import Glibc
import Linux
import Networking
import Spec
import Synchronization

/// The networks that are written down: `networks/<id>/network.json` beside `networks/<id>/leases/`.
struct NetworkStore: Sendable {
  static let recordName = "network.json"

  let host: Host
  private let known = KnownNetworks()

  init(host: Host) { self.host = host }

  func folder(_ id: String) -> String { "\(host.networks)/\(id)" }

  func leases(_ id: String) -> LeaseStore { LeaseStore(directory: "\(folder(id))/leases") }

  /// The folder with a network's name files.
  func names(_ id: String) -> String { "\(host.runNetworks)/\(id)/names" }

  /// In the order in which they were made; those whose record is damaged are left out and named.
  func list() throws(Failure) -> (networks: [Network], damaged: [(id: String, failure: Failure)]) {
    var networks: [Network] = []
    var damaged: [(String, Failure)] = []
    let ids: [String]
    do { ids = try listDirectory(host.networks).filter(Identifier.isID) } catch {
      if error.errno == ENOENT { return ([], []) }
      throw error.failure
    }
    for id in ids {
      do { if let network = try read(id) { networks.append(network) } } catch { damaged.append((id, error)) }
    }
    networks.sort { ($0.created, $0.id) < ($1.created, $1.id) }
    return (networks, damaged)
  }

  func read(_ id: String) throws(Failure) -> Network? {
    do {
      return try Sealed.decode(Network.self, from: readFile("\(folder(id))/\(Self.recordName)", limit: 1 << 20))
    } catch {
      if let error = error as? SystemError, error.errno == ENOENT { return nil }
      throw Failure(error).about("record of network \(id.prefix(12))")
    }
  }

  /// By name, id or unambiguous beginning of an id.
  func resolve(_ nameOrID: String) throws(Failure) -> Network {
    if let id = known.id(of: nameOrID), let network = try read(id), network.name == nameOrID { return network }
    let all = try list().networks
    if let exact = all.first(where: { $0.name == nameOrID || $0.id == nameOrID }) {
      known.remember(exact)
      return exact
    }
    let found = Identifier.isHexadecimal(nameOrID) ? all.filter { $0.id.hasPrefix(nameOrID) } : []
    switch found.count {
    case 1: return found[0]
    case 0: throw Failure(.notFound, "no such network", subject: "network \(nameOrID)")
    default:
      throw Failure(
        .invalidInput, "several networks have ids that begin with \(nameOrID)",
        hint: found.map { $0.name }.joined(separator: ", "))
    }
  }

  /// Whoever makes or removes a network holds this: names and subnets are unique on the machine.
  func lock() throws(Failure) -> FileLock {
    do {
      try makeDirectories(host.networks)
      return try FileLock(Descriptor.open(host.networks, [.readOnly, .directory]))
    } catch { throw error.failure }
  }

  /// While this is held no network is removed: for who is about to take an address of one.
  func holdExisting() throws(Failure) -> FileLock {
    do { return try FileLock(Descriptor.open(host.networks, [.readOnly, .directory]), .shared) } catch {
      throw error.failure
    }
  }

  func write(_ network: Network) throws {
    let draft = try FolderDraft(in: host.networks, name: network.id, mode: 0o755)
    do {
      try makeDirectories("\(draft.folder)/leases")
      try writeAtomically(Sealed.encode(network), to: "\(draft.folder)/\(Self.recordName)")
      try draft.finish()
    } catch {
      draft.abandon()
      throw error
    }
  }

  func remove(_ id: String) throws(Failure) {
    try RetiredFolder(id, in: host.networks).remove()
    do { try removeTree("\(host.runNetworks)/\(id)") } catch { throw error.failure }
  }
}

/// Ids by name, as they were when last looked at: on a machine with many networks, starting many containers need not
/// read all of them for each. An id is never used again, so what is remembered can be gone, but not wrong.
private final class KnownNetworks: Sendable {
  private let ids = Mutex<[String: String]>([:])

  func id(of name: String) -> String? { ids.withLock { $0[name] } }
  func remember(_ network: Network) { ids.withLock { $0[network.name] = network.id } }
}
