import Diagnostics
import YAML

/// What holds for every file of a project.
struct ModelOptions {
  /// The current directory of the command: messages name files as seen from it.
  var workingDirectory: String
  /// What `~` stands for in paths.
  var home: String?
  var interpolates = true
  var resolvesPaths = true
  var limits = Limits()
  var remotes = RemoteFiles(nil)
  /// Told of everything that is read, where somebody will ask.
  var trace: LoadTrace?

  /// The documents of a file.
  func read(_ path: String) throws(Failures) -> [Node] {
    let bytes: [UInt8]
    do throws(Failure) {
      bytes = try path == "-" ? Disk.readStandardInput(limit: limits.fileSize) : Disk.read(path, limit: limits.fileSize)
    } catch {
      throw Failures([error])
    }
    return try Node.documents(in: bytes, from: Source(name: name(of: path)), limits: limits)
  }

  /// A path as a person would name it.
  func name(of path: String) -> String { remotes.name(of: path) ?? Paths.shown(path, from: workingDirectory) }
}

/// Where a set of files stands: what its relative paths start from, and what its variables are.
struct Scope {
  /// What relative paths of the files are joined to. It may itself be relative, to the including file's directory,
  /// which the including file joins in turn.
  var pathBase: String
  /// Where the files that are referred to are looked for; absolute.
  var directory: String
  var environment: [String: String]
}

/// A compose file to read, or one that was read already.
struct ComposeFile {
  /// Absolute, or `-` for standard input.
  var path: String
  var documents: [Node]?
}
