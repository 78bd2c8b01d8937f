import Linux
import OCI

@testable import Images

/// Everything about a tree that a container could see, by path.
struct TreeFacts {
  private(set) var facts: [String: String] = [:]
  private let marks: Bool
  private var inodes: [UInt64: [String]] = [:]

  /// - Parameter marks: overlayfs's own attributes count too.
  init(_ root: Descriptor, marks: Bool = false) throws {
    self.marks = marks
    try walk(root, "")
    // Which names are one file.
    for names in inodes.values where names.count > 1 {
      for name in names { facts[name]! += " one file with \(names.sorted())" }
    }
  }

  private mutating func walk(_ folder: Descriptor, _ path: String) throws {
    for (name, _) in try folder.fileNames() {
      let status = try folder.status(of: name)
      let place = path + "/" + name.description
      var fact = "\(status.kind) \(status.uid):\(status.gid)"
      if status.kind != .symbolicLink { fact += " " + String(status.permissions, radix: 8) }
      // What a later layer does in a directory that it does not name is no change of the directory for either.
      fact += " \(status.modified.seconds)"
      switch status.kind {
      case .regular:
        let bytes = try folder.open(name, [.noFollow]).readAll(limit: 1 << 20)
        fact += " \(bytes.count) \(Digest.sha256(of: bytes).short)"
        if status.links > 1 { inodes[status.inode, default: []].append(place) }
      case .symbolicLink: fact += " → " + String(decoding: try folder.linkTarget(of: name), as: UTF8.self)
      case .characterDevice, .blockDevice: fact += " \(status.major):\(status.minor)"
      default: break
      }
      for attribute in try folder.attributes(of: name).sorted() where marks || !attribute.hasPrefix("trusted.") {
        fact += " \(attribute)=\(try folder.attribute(attribute, of: name) ?? [])"
      }
      facts[place] = fact
      if status.kind == .directory { try walk(folder.open(name, [.directory, .noFollow]), place) }
    }
  }
}
