import Building
import Diagnostics
import Dockerfile
import Linux

/// The files that a build begins with.
enum BuildFiles {
  /// The named file, or the folder's Dockerfile under either of its names.
  static func dockerfile(_ file: String?, in folder: String) throws(Failure) -> String {
    if let file { return file }
    for name in ["Dockerfile", "dockerfile"] where FileStatus.exists("\(folder)/\(name)") { return "\(folder)/\(name)" }
    guard FileStatus.exists(folder) else {
      throw Failure(.notFound, "path \"\(folder)\" not found")
    }
    throw Failure(
      .notFound, "there is no Dockerfile in \(folder)", hint: "name it with -f, or name another folder")
  }

  /// A folder with its `.dockerignore`, or the one that belongs to the Dockerfile alone.
  static func context(_ folder: String, dockerfile: String?) throws -> BuildContext {
    guard let status = try? FileStatus.of(folder), status.kind == .directory else {
      throw Failure(.notFound, "path \"\(folder)\" not found or no folder")
    }
    let candidates = (dockerfile.map { ["\($0).dockerignore"] } ?? []) + ["\(folder)/.dockerignore"]
    guard let file = candidates.first(where: FileStatus.exists) else { return BuildContext(folder: folder) }
    do { return BuildContext(folder: folder, ignored: try IgnoreRules(file: try readText(file))) } catch let error
      as WordLexer.SyntaxError
    { throw Failure(.invalidInput, error.description, subject: file) }
  }
}
