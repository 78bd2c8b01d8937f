import Diagnostics
import Linux

extension Engine {
  /// Records that cannot be believed. Their objects are set aside under `damaged/`, with all their files, for a person
  /// to look at; names and addresses become free.
  func damagedRecords() throws -> [Finding] {
    try containerStore.list().damaged.map { id, failure in
      Finding(.record, "container \(id)", reason: failure.message) { [self] in
        guard !LiveState.of(host.container(id)).isAlive else {
          throw Failure(.conflict, "it runs: end its shim first", subject: "container \(id.prefix(12))")
        }
        try setAside(id, of: host.containers, "container")
      }
    }
      + volumeStore.list().damaged.map { name, failure in
        Finding(.record, "volume \(name)", reason: failure.message) { [self] in
          try setAside(name, of: host.volumes, "volume")
        }
      }
      + networkStore.list().damaged.map { id, failure in
        Finding(.record, "network \(id)", reason: failure.message) { [self] in
          try setAside(id, of: host.networks, "network")
        }
      }
  }

  /// Moves an object's folder to where nobody looks for it.
  func setAside(_ name: String, of parent: String, _ kind: String) throws {
    try makeDirectories(host.damaged, mode: 0o700)
    let place = "../damaged/\(kind)-\(name)"
    try Descriptor.open(parent, .anchor).rename(name, to: place)
    warn(
      "\(kind) \(name.prefix(12)): its record is damaged; all that was in its folder is now in "
        + "\(host.damaged)/\(kind)-\(name)")
  }
}
