import CLinux
import Glibc

extension Descriptor {
  /// What is made where a path in a root leads to nothing.
  public enum Creation: Sendable { case nothing, directory, file }

  /// The place that `path` names inside this root, made with its missing parents when it is not there. Symbolic links
  /// that lead to nothing are followed too, and what they name is made: images that were taken from whole machines
  /// have an /etc/resolv.conf that points into an empty /run.
  /// - Returns: an O_PATH descriptor.
  public func createInRoot(
    _ path: String, as creation: Creation, mode: UInt32 = 0o755, step: String = "creating"
  ) throws(SystemError) -> Descriptor {
    do { return try openInRoot(path, .pathOnly, step: step) } catch {
      if error.errno != ENOENT || creation == .nothing { throw error }
    }
    do { return try create(path, creation, mode) } catch { throw error.during(step, path) }
  }

  private func create(_ path: String, _ creation: Creation, _ mode: UInt32) throws(SystemError) -> Descriptor {
    var places: [Descriptor] = []
    var pending = Array(path.components.reversed())
    var links = 0
    while let name = pending.popLast() {
      if name == ".." {
        _ = places.popLast()
        continue
      }
      let here = places.last ?? self
      let next: Descriptor
      do { next = try here.open(name, [.pathOnly, .noFollow]) } catch {
        guard error.errno == ENOENT else { throw error }
        if pending.isEmpty, creation == .file {
          _ = try here.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: mode & 0o666)
        } else {
          try here.makeDirectory(name, mode: mode)
        }
        places.append(try here.open(name, [.pathOnly, .noFollow]))
        continue
      }
      if try next.status().kind == .symbolicLink {
        links += 1
        if links > 40 { throw SystemError("creating", path, errno: ELOOP) }
        let target = try next.readLink("")
        if target.hasPrefix("/") { places.removeAll() }
        pending.append(contentsOf: target.components.reversed())
      } else {
        places.append(next)
      }
    }
    if let last = places.last { return last }
    return try openInRoot("/", .pathOnly)
  }

  /// Makes the directories of `path` that are missing, each resolved inside this root, and opens the last one.
  public func makeDirectoriesInRoot(_ path: String, mode: UInt32 = 0o755) throws(SystemError) -> Descriptor {
    let made = try createInRoot(path, as: .directory, mode: mode, step: "creating directory")
    guard try made.status().kind == .directory else { throw SystemError("creating directory", path, errno: ENOTDIR) }
    return made
  }
}
