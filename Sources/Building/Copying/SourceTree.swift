import Diagnostics
import Dockerfile
import Linux
import OCI

/// A tree that files are copied from.
struct SourceTree: Sendable {
  var root: Descriptor
  var ignored = IgnoreRules()
  /// Files of a build context belong to root, whoever has them on this machine.
  var keepsOwners: Bool
  /// Of a context: what its files held in earlier builds.
  var known: KnownDigests?
  /// What the root stands on.
  var folder: TemporaryFolder?

  init(root: Descriptor, ignored: IgnoreRules = IgnoreRules(), keepsOwners: Bool) {
    self.root = root
    self.ignored = ignored
    self.keepsOwners = keepsOwners
  }

  /// The files of an image or a stage.
  init(_ view: RootView) {
    root = view.root
    keepsOwners = true
    folder = view.folder
  }

  /// One file, folder or link below what was named.
  struct Entry {
    /// Below what was named; empty for that itself.
    var path: [FileName]
    var folder: Descriptor
    var name: FileName
    var status: FileStatus
    /// Where it was named itself: the object that its name led to, links followed inside the tree.
    var file: Descriptor?

    func open() throws -> Descriptor { try file ?? folder.open(name, [.noFollow]) }
  }

  /// The paths that a source of `COPY` means, sorted; of one without wildcards itself, whether it is there or not.
  func matches(_ source: String) throws -> [String] {
    var found = [""]
    for part in source.split(separator: "/") where part != "." {
      if part == ".." {
        found = found.map { $0.split(separator: "/").dropLast().joined(separator: "/") }
        continue
      }
      let pattern = try PathPattern(String(part))
      guard pattern.hasWildcards else {
        let name = String(part.replacing("\\", with: ""))
        found = found.map { $0.isEmpty ? name : "\($0)/\(name)" }
        continue
      }
      found = found.flatMap { folder -> [String] in
        guard let opened = try? root.openInRoot(folder.isEmpty ? "/" : folder, .anchor),
          let names = try? opened.entries()
        else { return [] }
        return names.map(\.name).filter(pattern.matches).map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
          .filter { path in !ignored.ignores(path) || ignored.hasExceptions }
      }
    }
    return found.sorted()
  }

  /// Calls `body` for everything that lies at `path` and below it, a folder before what is in it, names in order.
  /// - Parameter exclude: of paths below `path`.
  /// - Throws: `notFound` where there is nothing.
  func visit(_ path: String, exclude: IgnoreRules = IgnoreRules(), _ body: (Entry) throws -> Void)
    throws
  {
    let opened: Descriptor
    do { opened = try root.openInRoot(path.isEmpty ? "/" : path, .pathOnly) } catch {
      guard error.errno == 2 || error.errno == 20 else { throw Failure(error) }
      throw Failure(.notFound, "\"/\(path)\": not found")
    }
    let status = try opened.status()
    guard status.kind == .directory else {
      if ignored.ignores(path) { throw Failure(.notFound, "\"/\(path)\": excluded by .dockerignore") }
      let file = status.kind == .regular ? try root.openInRoot(path, .readOnly) : opened
      return try body(Entry(path: [], folder: root, name: ".", status: status, file: file))
    }
    try body(Entry(path: [], folder: opened, name: ".", status: status))
    try withoutActuallyEscaping(body) { body in
      var walk = Walk(tree: self, exclude: exclude, body: body)
      try walk.folder(opened, path.isEmpty ? [] : path.split(separator: "/").map { FileName(String($0)) }, below: 0)
    }
  }

  private struct Walk {
    let tree: SourceTree
    let exclude: IgnoreRules
    let body: (Entry) throws -> Void
    /// Folders that are left out unless something in them is not.
    var held: [Entry] = []

    /// - Parameter base: how many names of the path lead to what was named.
    mutating func folder(_ folder: Descriptor, _ path: [FileName], below depth: Int) throws {
      let base = path.count - depth
      for name in try folder.fileNames().map(\.name).sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
        let here = path + [name]
        let status = try folder.status(of: name)
        let isLeftOut =
          (!tree.ignored.isEmpty && tree.ignored.ignores(Self.text(here)))
          || (!exclude.isEmpty && exclude.ignores(Self.text(Array(here.dropFirst(base)))))
        let entry = Entry(path: Array(here.dropFirst(base)), folder: folder, name: name, status: status)
        if isLeftOut {
          guard status.kind == .directory, tree.ignored.hasExceptions || exclude.hasExceptions else { continue }
          held.append(entry)
        } else {
          for folder in held { try body(folder) }
          held.removeAll()
          try body(entry)
        }
        guard status.kind == .directory else { continue }
        try self.folder(folder.open(name, [.directory, .noFollow]), here, below: depth + 1)
        held.removeAll { $0.path == entry.path }
      }
    }

    private static func text(_ path: [FileName]) -> String { path.map(\.description).joined(separator: "/") }
  }
}
