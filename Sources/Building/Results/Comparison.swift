import Diagnostics
import Dockerfile
import Engine
import Images
import Linux
import OCI

extension BuildResult {
  /// What differs between two results of the same build, in the words of a person; empty: nothing does.
  public func differences(from other: BuildResult) throws -> [String] {
    var lines: [String] = []
    if JSON.encode(configuration.withoutLayers) != JSON.encode(other.configuration.withoutLayers) {
      lines.append("the configuration differs")
    }
    let (ours, theirs) = (root?.configuration.rootfs.diffIDs ?? [], other.root?.configuration.rootfs.diffIDs ?? [])
    guard ours != theirs else { return lines }
    let (before, after) = (try files(), try other.files())
    for (path, value) in before.sorted(by: { $0.key < $1.key }) {
      guard let there = after[path] else {
        lines.append("\(path) is only in the first")
        continue
      }
      if let difference = value.difference(from: there) { lines.append("\(path): \(difference)") }
    }
    for path in after.keys.sorted() where before[path] == nil { lines.append("\(path) is only in the second") }
    if lines.isEmpty { lines.append("layers hold the same files, but not in the same form") }
    return lines
  }

  private struct File {
    var content: [UInt8]
    var modified: Int64

    func difference(from other: File) -> String? {
      if content != other.content {
        let (was, now) = (
          content.split(separator: UInt8(ascii: " ")), other.content.split(separator: UInt8(ascii: " "))
        )
        return was.count > 1 && now.count > 1 && was.last == now.last ? "mode or owner differ" : "content differs"
      }
      return modified == other.modified ? nil : "times differ"
    }
  }

  /// Of each file of the target, by its path without the slash in front.
  func digests() throws -> [(name: String, digest: Digest)] {
    let view = try view()
    let hasher = FileHasher()
    var digests: [(name: String, digest: Digest)] = []
    try SourceTree(view).visit("") { entry in
      guard entry.status.kind == .regular, !entry.path.isEmpty else { return }
      let path = entry.path.map(\.description).joined(separator: "/")
      digests.append((path, Digest(.sha256, bytes: try hasher.digest(of: entry.open()))))
    }
    return digests
  }

  private func files() throws -> [String: File] {
    let view = try RootView(
      try root.map { try engine.images.layers(of: $0) } ?? [], scratch: session.scratch, writable: false)
    let tree = SourceTree(view)
    let describing = DescribingFiles(tree)
    var files: [String: File] = [:]
    try tree.visit("") { entry in
      guard !entry.path.isEmpty else { return }
      let path = "/" + entry.path.map(\.description).joined(separator: "/")
      files[path] = File(content: try describing.value(entry), modified: entry.status.modified.seconds)
    }
    return files
  }
}

extension ImageConfiguration {
  fileprivate var withoutLayers: ImageConfiguration {
    var other = self
    other.rootfs.diffIDs = []
    return other
  }
}
