import Diagnostics
import Linux
import Synchronization

/// The folders that files are copied from, each with what is known of its files.
final class ContextTrees: Sendable {
  private let builds: String
  private let known = Mutex<[String: KnownDigests]>([:])

  init(_ builds: String) { self.builds = builds }

  func tree(_ context: BuildContext) throws -> SourceTree {
    let root = try Descriptor.open(context.folder, .anchor)
    var tree = SourceTree(root: root, ignored: context.ignored, keepsOwners: false)
    let path = try readLink(root.procPath)
    tree.known = known.withLock { known in
      if let there = known[path] { return there }
      let digests = KnownDigests(builds, of: path)
      known[path] = digests
      return digests
    }
    return tree
  }

  func save() { for digests in known.withLock({ Array($0.values) }) { digests.save() } }
}
