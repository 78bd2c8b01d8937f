import Glibc
import Launch
import Linux

/// What both versions do with folders and their files.
enum CgroupFiles {
  /// Writes the settings in order. One that is refused is tried again after the others: a limit may first be possible
  /// once another has been raised (memory, and memory with swap).
  static func apply(_ writes: [CgroupLaunch.Write]) throws(LaunchFailure) {
    var refused: [CgroupLaunch.Write] = []
    for write in writes where (try? writeExisting(write.value, to: write.path)) == nil { refused.append(write) }
    for write in refused {
      do { try writeExisting(write.value, to: write.path) } catch {
        if write.optional { continue }
        if error.errno == ENOENT {
          throw LaunchFailure(
            step: "setting \(write.value): the control groups of this machine have no", path: write.path)
        }
        throw LaunchFailure(step: "setting \(write.value) in", path: write.path, errno: error.errno)
      }
    }
  }

  /// Puts this process in.
  /// - Parameter file: of the folder, into which that is written.
  static func enter(_ folder: String, by file: String) throws(LaunchFailure) {
    try reporting { () throws(SystemError) in try writeExisting("0", to: folder + "/" + file, step: "joining") }
  }

  /// Removes a folder with those below, deepest first: a container with rights to its cgroup may have made some. A
  /// process that has been killed counts until the kernel is done with it, so that EBUSY is waited for, two seconds.
  static func remove(_ folder: String) throws(LaunchFailure) {
    var wait: Int64 = 250_000
    let deadline = Monotonic.now + 2_000_000_000
    while true {
      if rmdir(folder) == 0 || errno == ENOENT { return }
      guard errno == EBUSY || errno == ENOTEMPTY else {
        throw LaunchFailure(step: "removing", path: folder, errno: errno)
      }
      let below = subfolders(folder)
      for name in below { try remove(folder + "/" + name) }
      if Monotonic.now > deadline { throw LaunchFailure(step: "removing", path: folder, errno: EBUSY) }
      if below.isEmpty {
        Monotonic.sleep(nanoseconds: wait)
        wait = min(wait * 2, 20_000_000)
      }
    }
  }

  static func processes(in folder: String) -> [Int32] {
    var found = numbers(folder + "/cgroup.procs")
    for name in subfolders(folder) { found += processes(in: folder + "/" + name) }
    return found
  }

  /// The value of `key` in a file of `key value` lines.
  static func value(of key: String, in path: String) -> UInt64? {
    guard let text = try? readText(path) else { return nil }
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count == 2, fields[0] == key { return UInt64(fields[1]) }
    }
    return nil
  }

  /// All `key value` lines of a file.
  static func values(in path: String) -> [String: UInt64] {
    var values: [String: UInt64] = [:]
    for line in ((try? readText(path)) ?? "").split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count == 2, let value = UInt64(fields[1]) { values[String(fields[0])] = value }
    }
    return values
  }

  /// A file that holds one number; `max` and the like are none.
  static func number(_ path: String) -> UInt64? { (try? readText(path)).flatMap { UInt64($0) } }

  private static func numbers(_ path: String) -> [Int32] {
    ((try? readText(path)) ?? "").split(separator: "\n").compactMap { Int32($0) }
  }

  private static func subfolders(_ folder: String) -> [String] {
    guard let entries = try? Descriptor.open(folder, .anchor).entries() else { return [] }
    return entries.filter { $0.kind == .directory }.map(\.name)
  }

  /// SIGKILL until nobody is left; a process that is forked between two looks is met by the next.
  /// - Returns: whether nobody is left.
  @discardableResult
  static func kill(_ processes: () -> [Int32]) -> Bool {
    for _ in 0..<100 {
      let found = processes()
      if found.isEmpty { return true }
      for pid in found { _ = Glibc.kill(pid, SIGKILL) }
      Monotonic.sleep(nanoseconds: 1_000_000)
    }
    return false
  }
}
