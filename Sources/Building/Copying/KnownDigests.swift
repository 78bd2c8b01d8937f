import Glibc
import Images
import Linux
import OCI
import Synchronization

/// Digests of files of build contexts, remembered from build to build, so that a file that did not change is not read
/// again. What counts is what stat(2) tells: inode, size, and both times to the nanosecond.
final class KnownDigests: Sendable {
  private struct File: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private struct Known {
    var size: Int64
    var modified: Int64
    var changed: Int64
    /// SHA-256.
    var digest: (UInt64, UInt64, UInt64, UInt64)
  }

  private struct State {
    var known: [File: Known]
    /// Those that this build asked for: others are forgotten.
    var used: [File: Known] = [:]
    var isChanged = false
  }

  private let path: String
  private let state: Mutex<State>

  /// Bytes of one entry of the file.
  private static let width = 72
  private static let magic = Array("davit digests 1\n".utf8)
  /// A file that changed this shortly before it was read may change again without a newer time. Nanoseconds.
  private static let settling: Int64 = 100_000_000

  /// - Parameter folder: of the context that they are of.
  init(_ builds: String, of folder: String) {
    path = "\(builds)/contexts/\(Digest.sha256(of: folder.utf8).hex.prefix(32))"
    state = Mutex(State(known: Self.read(path)))
  }

  /// What the file holds.
  /// - Parameter open: opens it for reading; only called where it has to be read.
  func digest(_ status: FileStatus, _ hasher: FileHasher, _ open: () throws -> Descriptor) throws -> [UInt8] {
    let file = File(device: status.device, inode: status.inode)
    let known = state.withLock { state -> Known? in
      guard let known = state.known[file], known.size == status.size,
        known.modified == status.modified.nanoseconds, known.changed == status.changed.nanoseconds
      else { return nil }
      state.used[file] = known
      return known
    }
    if let known { return Self.bytes(known.digest) }
    let now = Timestamp.now().nanoseconds
    let digest = try hasher.digest(of: open())
    guard status.changed.nanoseconds < now - Self.settling, status.modified.nanoseconds < now - Self.settling else {
      return digest
    }
    let fresh = Known(
      size: status.size, modified: status.modified.nanoseconds, changed: status.changed.nanoseconds,
      digest: digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) })
    state.withLock { state in
      state.used[file] = fresh
      state.isChanged = true
    }
    return digest
  }

  private static func bytes(_ digest: (UInt64, UInt64, UInt64, UInt64)) -> [UInt8] {
    withUnsafeBytes(of: digest) { Array($0) }
  }

  /// Keeps them for the next build. Nothing is lost but time where that fails.
  func save() {
    let used = state.withLock { $0.isChanged || $0.used.count != $0.known.count ? $0.used : nil }
    guard let used, !used.isEmpty else { return }
    var bytes = Self.magic
    bytes.reserveCapacity(used.count * Self.width + bytes.count)
    for (file, known) in used {
      let record = (file.device, file.inode, known.size, known.modified, known.changed, known.digest)
      withUnsafeBytes(of: record) { bytes += $0 }
    }
    try? makeDirectories(splitPath(path).folder, mode: 0o700)
    try? writeAtomically(bytes, to: path, mode: 0o600)
  }

  private static func read(_ path: String) -> [File: Known] {
    guard let bytes = try? readFile(path), bytes.starts(with: magic), (bytes.count - magic.count) % width == 0 else {
      return [:]
    }
    return bytes.withUnsafeBytes { raw in
      var known: [File: Known] = [:]
      known.reserveCapacity(bytes.count / width)
      for offset in stride(from: magic.count, to: raw.count, by: width) {
        func number<Value>(_ place: Int, _: Value.Type) -> Value {
          raw.loadUnaligned(fromByteOffset: offset + place, as: Value.self)
        }
        known[File(device: number(0, UInt64.self), inode: number(8, UInt64.self))] = Known(
          size: number(16, Int64.self), modified: number(24, Int64.self), changed: number(32, Int64.self),
          digest: number(40, (UInt64, UInt64, UInt64, UInt64).self))
      }
      return known
    }
  }
}
