import Diagnostics
import Glibc
import Synchronization

/// Reading of files: all that loading a project does to the machine.
enum Disk {
  /// - Throws: a failure that names the path and says why.
  static func read(_ path: String, limit: Int = 16 << 20) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw Failure(.invalidInput, "is a directory, not a file", subject: path)
    }
    return try read(descriptor, name: path, sizeHint: Int(status.st_size), limit: limit)
  }

  /// A project may be loaded more than once by one command, but a pipe gives its bytes once.
  private static let standardInput = Mutex<[UInt8]?>(nil)

  static func readStandardInput(limit: Int = 16 << 20) throws(Failure) -> [UInt8] {
    if let known = standardInput.withLock({ $0 }) { return known }
    let bytes = try read(STDIN_FILENO, name: "standard input", sizeHint: 0, limit: limit)
    standardInput.withLock { $0 = bytes }
    return bytes
  }

  private static func read(_ descriptor: Int32, name: String, sizeHint: Int, limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var size = max(4096, min(sizeHint, limit) + 1)
    while true {
      var count = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
        count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        filled = max(0, count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(name)
      }
      if count == 0 { return bytes }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
      guard bytes.count <= limit else {
        throw Failure(.invalidInput, "has more than \(limit) bytes", subject: name)
      }
      size = max(4096, min(sizeHint - bytes.count + 1, limit))
    }
  }

  private static func failure(_ path: String) -> Failure {
    let reason = errno
    return Failure(
      reason == ENOENT ? .notFound : reason == EACCES ? .notPermitted : .system, String(cString: strerror(reason)),
      subject: path)
  }

  enum Kind { case file, directory }

  /// What lies at a path, or nil for nothing. Anything but a directory counts as a file.
  static func kind(of path: String) -> Kind? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  static func isSymbolicLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The path without symbolic links, or nil where it does not exist.
  static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
