import CLinux
import Glibc

extension Descriptor {
  /// The fallback of `openInRoot`: one component at a time from descriptors, links are read and walked by us.
  func walkInRoot(_ path: String, _ flags: OpenFlags, mode: UInt32, step: String) throws(SystemError) -> Descriptor {
    var places: [Descriptor] = []  // Below this root; the last is where the walk is.
    var pending = Array(path.components.reversed())
    var links = 0
    let endsInSlash = path.hasSuffix("/") && path != "/"
    while let name = pending.popLast() {
      if name == ".." {
        _ = places.popLast()
        continue
      }
      let here = places.last ?? self
      let isLast = pending.isEmpty
      if isLast, flags.contains(.create) {
        switch Result(catching: { () throws(SystemError) in
          try here.open(name, flags.union(.noFollow), mode: mode, step: step)
        }) {
        case .success(let opened): return opened
        case .failure(let error) where error.errno == ELOOP && !flags.contains(.noFollow): break
        case .failure(let error): throw SystemError(step, path, errno: error.errno)
        }
      }
      let next: Descriptor
      do { next = try here.open(name, [.pathOnly, .noFollow]) } catch {
        throw SystemError(step, path, errno: error.errno)
      }
      let kind = try next.status().kind
      if kind == .symbolicLink, !(isLast && flags.contains(.noFollow) && !endsInSlash) {
        links += 1
        if links > 40 { throw SystemError(step, path, errno: ELOOP) }
        let target = try next.readLink("")
        if target.hasPrefix("/") { places.removeAll() }
        pending.append(contentsOf: target.components.reversed())
        continue
      }
      if !isLast || endsInSlash, kind != .directory { throw SystemError(step, path, errno: ENOTDIR) }
      if isLast, kind != .directory || !flags.contains(.pathOnly) {
        if kind == .symbolicLink, flags.contains(.pathOnly) { return next }
        do { return try here.open(name, flags.union(.noFollow), mode: mode, step: step) } catch {
          throw SystemError(step, path, errno: error.errno)
        }
      }
      places.append(next)
    }
    // The path names a directory by `/`, `.` or `..`, or ended in a directory that was asked for by O_PATH.
    let here = places.last ?? self
    do { return try here.open(".", flags.subtracting([.create, .exclusive]), mode: mode, step: step) } catch {
      throw SystemError(step, path, errno: error.errno)
    }
  }
}

extension StringProtocol {
  /// The names in a path, without empty ones and `.`.
  var components: [String] { split(separator: "/").filter { $0 != "." }.map { String($0) } }
}
