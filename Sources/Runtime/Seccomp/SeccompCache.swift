import CSeccomp
import Diagnostics
import Glibc
import Linux

extension Runtime {
  /// The compiled program, from the cache where it is there: compiling takes longer than all the rest of a start.
  func seccompProgram(_ profile: SeccompProfile, capabilities: CapabilitySet) throws(Failure) -> [UInt8] {
    let kernel = KernelVersion.running
    let key = SeccompCache.key(profile, capabilities, kernel)
    if let known = compiled.withLock({ $0[key] }) { return known }
    let program: [UInt8]
    if let stored = SeccompCache.read(key, in: settings.cache) {
      program = stored
    } else {
      program = try SeccompCompiler.compile(profile, capabilities: capabilities, kernel: kernel)
      // A cache that cannot be written only costs time.
      try? SeccompCache.write(program, key, in: settings.cache)
    }
    compiled.withLock { $0[key] = program }
    return program
  }
}

/// Files of programs. Each begins with the whole of what it was made from, so that a clash of names, an older version
/// or a damaged file is never taken for the right one.
enum SeccompCache {
  /// Everything that decides about the program.
  static func key(_ profile: SeccompProfile, _ capabilities: CapabilitySet, _ kernel: [Int]) -> String {
    let version = seccomp_version().pointee
    return "davit seccomp 2 libseccomp \(version.major).\(version.minor).\(version.micro) "
      + "\(SeccompCompiler.architecture) \(kernel) \(capabilities.rawValue) \(profile.identity)"
  }

  static func read(_ key: String, in folder: String) -> [UInt8]? {
    let head = Array(key.utf8)
    guard let bytes = try? readFile(path(key, folder), limit: 4 << 20), bytes.count > head.count + 8,
      bytes.prefix(head.count) == head[...]
    else { return nil }
    let program = Array(bytes[head.count..<(bytes.count - 8)])
    guard program.count % 8 == 0, digest(program) == bytes.suffix(8) else { return nil }
    return program
  }

  static func write(_ program: [UInt8], _ key: String, in folder: String) throws(SystemError) {
    try makeDirectories(folder, mode: 0o700)
    try writeAtomically(Array(key.utf8) + program + digest(program), to: path(key, folder), mode: 0o600)
  }

  private static func path(_ key: String, _ folder: String) -> String {
    let name = digest(Array(key.utf8)).map { byte in
      let text = String(byte, radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    return folder + "/seccomp-" + name.joined()
  }

  /// FNV-1a: against accidents, not against people; only root can write here.
  private static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return withUnsafeBytes(of: hash.littleEndian) { Array($0) }
  }
}

/// `uname -r`, as numbers.
enum KernelVersion {
  static let running: [Int] = {
    let release = (try? readText("/proc/sys/kernel/osrelease")) ?? ""
    return release.prefix { $0.isNumber || $0 == "." }.split(separator: ".").prefix(2).compactMap { Int($0) }
  }()
}
