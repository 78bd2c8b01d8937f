import Diagnostics
import Dockerfile
import Glibc
import Images
import Linux
import OCI

/// What a build is made from, as values that can be compared: for lock files.
extension BuildRequest {
  /// The images that the wanted stages begin with or copy from, sorted; without those that are stages, folders or called
  /// by another name.
  public func baseImages() throws -> [String] {
    let recipe = try dockerfile.recipe()
    let graph = try StageGraph(recipe, self)
    var names: Set<String> = []
    for (index, base) in graph.bases {
      if case .image(let name, _) = base { names.insert(name) }
      for step in recipe.stages[index].steps {
        for name in StageGraph.sources(of: step) where graph.stage(from: name, in: index) == nil { names.insert(name) }
      }
    }
    return names.filter { namedContexts[$0] == nil && imageContexts[$0] == nil && $0 != "scratch" }.sorted()
  }

  /// One digest for the files of all its contexts: names, kinds, permissions and contents. Times and owners do not count.
  /// - Parameter leavingOut: absolute paths that are no part of it.
  public func contextDigest(leavingOut paths: Set<String> = []) throws -> Digest {
    var lines: [UInt8] = []
    let all = [("", context)] + namedContexts.sorted { $0.key < $1.key }
    for (name, context) in all {
      lines += Array("context \(name)\n".utf8)
      lines += try context.listing(leavingOut: paths)
    }
    return .sha256(of: lines)
  }
}

extension BuildContext {
  /// Of names, kinds, permissions and contents of all that is in it.
  public func digest() throws -> Digest { .sha256(of: try listing(leavingOut: [])) }

  /// A line for each file, folder and link that goes into a build.
  fileprivate func listing(leavingOut paths: Set<String>) throws -> [UInt8] {
    let top = try Descriptor.open(folder, .anchor)
    var lines: [UInt8] = []
    try SourceTree(root: top, ignored: ignored, keepsOwners: false).visit("") { entry in
      let path = entry.path.map(\.description).joined(separator: "/")
      guard !path.isEmpty, !paths.contains("\(folder)/\(path)") else { return }
      // A length in front, so that no name can look like the next line.
      var line = "\(path.utf8.count) \(path) \(entry.status.kind)"
      switch entry.status.kind {
      case .regular:
        line += entry.status.permissions & 0o111 != 0 ? " x " : " - "
        line += Digest.sha256(of: try entry.open().readAll()).hex
      case .symbolicLink: line += " " + (try entry.folder.readLink(entry.name.description))
      default: break
      }
      lines += Array((line + "\n").utf8)
    }
    return lines
  }
}
