import Diagnostics
import Dockerfile
import Images
import Linux
import OCI

/// One `COPY` or `ADD` with everything substituted: what is copied where, and its digest.
struct CopyPlan {
  /// A file whose content stands in the Dockerfile.
  struct Inline {
    var name: String
    var content: String
  }

  var isAdd: Bool
  var tree: SourceTree
  /// Paths in the tree.
  var sources: [String] = []
  var inline: [Inline] = []
  /// Absolute; ends with a slash where a folder is meant.
  var destination: String
  var owner: String?
  /// Permission bits of everything that is copied.
  var mode: UInt32?
  var exclude = IgnoreRules()
  /// The folders in front of each source are made, too, below this part of it.
  var parents = false
  var unpacks = false
  /// How many folders in front of a source are left out all the same (`COPY --parents a/./b`), by source.
  var pivots: [String: Int] = [:]
  /// As the history says it.
  var text: String

  /// Says everything that decides the result, files by their content. Times do not count, as in BuildKit.
  /// - Returns: and the newest time of a file, seconds since 1970.
  func digest() throws -> (parts: [String], newest: Int64) {
    var parts = [
      isAdd ? "ADD" : "COPY", destination, owner ?? "", mode.map { String($0, radix: 8) } ?? "", "\(unpacks)",
      "\(parents)",
    ]
    var newest: Int64 = 0
    for source in sources {
      parts.append("\(source) \(pivots[source] ?? 0)")
      try tree.visit(source, exclude: exclude) { entry in
        newest = max(newest, entry.status.modified.seconds)
        parts.append(try describe(entry))
      }
    }
    for file in inline { parts += [file.name, file.content] }
    return (parts, newest)
  }

  private func describe(_ entry: SourceTree.Entry) throws -> String {
    let status = entry.status
    let path = entry.path.map { $0.bytes.map { String($0, radix: 16) }.joined() }.joined(separator: "/")
    var text = "\(path) \(status.kind) \(String(status.permissions, radix: 8)) "
    if tree.keepsOwners { text += "\(status.uid):\(status.gid) " }
    switch status.kind {
    case .regular: text += "\(try FileDigest.of(entry.open()))"
    case .symbolicLink: text += String(decoding: try entry.folder.linkTarget(of: entry.name), as: UTF8.self)
    case .characterDevice, .blockDevice: text += "\(status.major):\(status.minor)"
    case .directory, .fifo, .socket: break
    }
    return text
  }
}
