import Diagnostics
import Glibc
import Linux

extension ContainerStore {
  /// Takes a name for a container, on this whole machine. Claims of containers that are no more are passed on.
  /// - Throws: `.conflict` that names the holder; `.corrupt` where nobody can tell whether the holder still has it.
  func claim(_ name: String, for id: String) throws(Failure) {
    do {
      let names = try openNames()
      while try !names.makeSymbolicLink(name, saying: id) {
        guard let holder = try? names.readLink(name) else { continue }
        // Claimed by a rename of this container that was cut off.
        if holder == id { return }
        try requireStale(name, holder: holder)
        try giveBack(name, of: holder)
      }
    } catch { throw Failure(error) }
  }

  /// Gives a name back, if it is this container's.
  func release(_ name: String, of id: String) { try? giveBack(name, of: id) }

  /// By one at a time, so that nobody takes away a claim that another has just renewed. Nobody waits for a container while
  /// holding this lock, for who holds that one's may want it, too.
  private func giveBack(_ name: String, of id: String) throws {
    let names = try Descriptor.open(host.names, [.readOnly, .directory])
    let lock = try FileLock(names)
    defer { lock.unlock() }
    if (try? names.readLink(name)) == id { try names.unlink(name) }
  }

  private func openNames() throws -> Descriptor {
    do { return try Descriptor.open(host.names, .anchor) } catch {
      guard error.errno == ENOENT else { throw error }
      try makeDirectories(host.names)
      return try Descriptor.open(host.names, .anchor)
    }
  }

  private func requireStale(_ name: String, holder: String) throws {
    // Wait for its maker or remover: most often it is about to be there, or gone.
    if let folder = passing(holder) { try FileLock(folder).unlock() }
    do {
      guard let record = try read(holder) else { return }
      if record.name == name { throw nameTaken(name, by: record) }
      // Left by a rename that was cut off. One that goes on holds the container's lock.
      guard let folder = try? Descriptor.open(host.container(holder).folder, [.readOnly, .directory]) else { return }
      try FileLock(folder).unlock()
      if let record = try read(holder), record.name == name { throw nameTaken(name, by: record) }
    } catch let failure where (failure as? Failure)?.code == .corrupt {
      throw Failure(
        .corrupt, "the name belongs to container \(holder.prefix(12)), whose record is damaged",
        subject: "container \(name)", hint: "`davit doctor --repair` sets it aside")
    }
  }

  private func nameTaken(_ name: String, by record: ContainerRecord) -> Failure {
    let project = record.owner.map { " (project \($0.project))" } ?? ""
    return Failure(
      .conflict, "the name is already used by container \(record.id.prefix(12))\(project)",
      subject: "container \(name)", hint: "remove or rename that container, or use another name")
  }
}
