import Compose
import Diagnostics
import Glibc
import Linux
import Reconciling
import Spec
import Synchronization

/// Secrets and configs whose files are encrypted with age (age-encryption.org/v1): decrypted by the program `age`,
/// through pipes, and kept in memory only.
final class AgeSecrets: Sendable {
  private let identities: [String]
  /// On a file system that is memory; made when there is something to keep.
  private let folder: String
  private let decrypted = Mutex<Set<String>>([])

  /// - Parameters:
  ///   - identities: files with keys, as `age --identity` takes them.
  ///   - run: `$DAVIT_RUN`.
  init(identities: [String], run: String, project: String) {
    self.identities = identities
    folder = Self.memory(run) + "/secrets/" + project
  }

  /// Forgets what was decrypted for a project.
  func forget() { try? removeTree(folder) }

  /// Lets the files of a project be encrypted ones.
  func apply(to surroundings: inout Lowering.Surroundings) {
    let plain = surroundings.read
    surroundings.read = { path in
      let bytes = try plain(path)
      guard AgeFile.begins(bytes) else { return bytes }
      let clear = try self.decrypt(bytes, path)
      self.decrypted.withLock { _ = $0.insert(path) }
      return clear
    }
    surroundings.place = { file, path in
      guard self.decrypted.withLock({ $0.contains(path) }), let bytes = file.content else { return }
      file.hostPath = try self.keep(bytes, file)
      file.content = nil
    }
  }

  private func decrypt(_ bytes: [UInt8], _ path: String) throws(Failure) -> [UInt8] {
    guard !identities.isEmpty else {
      throw Failure(
        .invalidInput, "it is encrypted with age, and there is no key", subject: path,
        hint: "--age-identity FILE names the file with the key")
    }
    let result: ProgramResult
    do throws(SystemError) {
      result = try runProgram(
        ["age", "--decrypt"] + identities.flatMap { ["--identity", $0] }, input: bytes)
    } catch {
      throw Failure(
        .notFound, "the program `age` cannot be run", subject: path, hint: "install age", causes: [error.reason])
    }
    guard result.status == 0 else {
      let said = result.complaint.split(separator: "\n").first.map(String.init) ?? ""
      throw Failure(.invalidInput, "it cannot be decrypted", subject: path, causes: [said])
    }
    return result.output
  }

  /// - Returns: the path of a file that holds the bytes and has the owner and mode that it is to have in the container.
  private func keep(_ bytes: [UInt8], _ file: FileSpec) throws -> String {
    guard FileSystemKind.isMemory(try Self.existing(folder)) else {
      throw Failure(
        .unsupported, "there is no file system in memory to keep it on", subject: "\(file.kind.rawValue) \(file.name)",
        hint: "mount a tmpfs on /run or /dev/shm")
    }
    func number(_ text: String?) throws -> UInt32 {
      guard let text else { return 0 }
      guard let number = UInt32(text) else {
        throw Failure(.invalidInput, "\"\(text)\" is no number", subject: "\(file.kind.rawValue) \(file.name)")
      }
      return number
    }
    let (uid, gid, mode) = (try number(file.uid), try number(file.gid), file.mode ?? 0o444)
    let name = "\(file.contentDigest.split(separator: ":").last!)-\(uid)-\(gid)-\(String(mode, radix: 8))"
    let path = "\(folder)/\(name)"
    if FileStatus.exists(path) { return path }
    try makeDirectories(folder, mode: 0o700)
    let directory = try Descriptor.open(folder, .anchor)
    try directory.writeAtomically(bytes, to: name, mode: 0o600)
    try directory.setOwner(of: FileName(name), uid: uid, gid: gid)
    try directory.setPermissions(of: FileName(name), mode)
    return path
  }

  /// `$DAVIT_RUN` where that is memory, as /run is; else a folder of its own in /dev/shm.
  private static func memory(_ run: String) -> String {
    if let place = try? existing(run), FileSystemKind.isMemory(place) { return run }
    return "/dev/shm/davit" + run.map { $0 == "/" ? "-" : String($0) }.joined()
  }

  /// The path, or the nearest folder above it that is there.
  private static func existing(_ path: String) throws -> String {
    var path = path
    while !FileStatus.exists(path), path != "/" { path = splitPath(path).folder }
    return path
  }
}
