import CLinux
import Glibc
import Launch
import Linux

/// The file that a log is appended to, with the older ones beside it.
final class LogFile {
  private let settings: LogLaunch
  private var file: Descriptor?
  /// Bytes in the current file.
  private var size: Int64 = 0

  init(_ settings: LogLaunch) throws(SystemError) {
    self.settings = settings
    // Many containers never write a word: a file is only begun with the first.
    if FileStatus.exists(settings.path) { try open() }
  }

  /// Bytes after which a new file is due before the next entry. As Docker: a file may pass its limit by one entry.
  var left: Int { settings.maximumSize.map { Int(max($0 - size, 0)) } ?? .max }

  /// Appends whole entries. Where the disk takes only a part, that part is taken back: a reader never meets half an
  /// entry that others follow. What could not be written is lost, as it must be when a disk is full.
  func append(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    if file == nil { try? open() }
    guard let file else { return }
    do {
      try file.writeAll(bytes)
      size += Int64(bytes.count)
    } catch {
      ftruncate(file.raw, off_t(size))
    }
  }

  /// Begins a new file.
  func rotate() {
    // Without a file that could give way, older ones would be pushed out for nothing.
    guard file != nil else { return }
    file = nil
    size = 0
    for step in Rotation.steps(for: settings.path, maximumFiles: settings.maximumFiles) {
      switch step {
      case .remove(let path): unlink(path)
      case .rename(let from, let to): rename(from, to)
      }
    }
    try? open()
  }

  private func open() throws(SystemError) {
    let file = try Descriptor.open(settings.path, [.readWrite, .append, .create], mode: 0o640, step: "opening the log")
    size = Int64(lseek(file.raw, 0, SEEK_END))
    // A shim that was killed while it wrote may have left half an entry.
    if size > 0, try file.read(upTo: 1, at: size - 1) != [10] {
      try file.writeAll("\n")
      size += 1
    }
    self.file = file
  }
}
