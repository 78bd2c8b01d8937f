import Linux

/// Copies a tree as it is: kinds, owners, modes, times, extended attributes, hard links. Every step is made from a
/// descriptor, so a link in the tree leads nowhere.
final class TreeCopy {
  private struct Inode: Hashable {
    var device: UInt64
    var number: UInt64
  }

  /// Where the first name of a file with several was copied to.
  private var linked: [Inode: (directory: Descriptor, name: FileName)] = [:]

  /// Copies what is in `source` into `target`, and the folder's own owner, mode and attributes onto it.
  static func copy(_ source: Descriptor, into target: Descriptor) throws(SystemError) {
    try TreeCopy().copyFolder(source, target)
  }

  private func copyFolder(_ source: Descriptor, _ target: Descriptor) throws(SystemError) {
    for name in try source.names() { try copyEntry(name, source, target) }
    let status = try source.status()
    try source.copyAttributes(of: ".", to: target, as: ".")
    try target.setOwner(of: ".", uid: status.uid, gid: status.gid)
    // After the owner, which takes away setuid and setgid.
    try target.setPermissions(of: ".", status.permissions)
    try target.setTimes(of: ".", status.modified)
  }

  private func copyEntry(_ name: FileName, _ source: Descriptor, _ target: Descriptor) throws(SystemError) {
    let status = try source.status(of: name)
    if status.kind == .directory {
      try target.makeDirectory(name, mode: 0o700)
      let flags: OpenFlags = [.readOnly, .directory]
      return try copyFolder(source.open(name, flags), target.open(name, flags))
    }
    if status.links > 1 {
      let inode = Inode(device: status.device, number: status.inode)
      if let first = linked[inode] { return try first.directory.makeHardLink(first.name, in: target, as: name) }
      linked[inode] = (target, name)
    }
    switch status.kind {
    case .regular:
      let file = try target.open(name, [.writeOnly, .create, .exclusive], mode: 0o600)
      try source.open(name, .readOnly).copyContent(to: file)
    case .symbolicLink: try target.makeSymbolicLink(name, to: source.linkTarget(of: name))
    case .characterDevice, .blockDevice:
      try target.makeDevice(name, block: status.kind == .blockDevice, major: status.major, minor: status.minor)
    case .fifo: try target.makeFIFO(name)
    // A socket without its listener is of no use.
    case .socket, .directory: return
    }
    try target.setOwner(of: name, uid: status.uid, gid: status.gid)
    if status.kind != .symbolicLink { try target.setPermissions(of: name, status.permissions) }
    try source.copyAttributes(of: name, to: target, as: name)
    try target.setTimes(of: name, status.modified)
  }
}

extension Descriptor {
  fileprivate func names() throws(SystemError) -> [FileName] { try entries().map { FileName($0.name) } }

  fileprivate func setTimes(of name: FileName, _ time: Timestamp) throws(SystemError) {
    try setTimes(of: name, seconds: time.seconds, nanoseconds: time.nanoseconds - time.seconds * 1_000_000_000)
  }

  /// Those of overlayfs itself are the layer's business and stay behind.
  fileprivate func copyAttributes(of name: FileName, to other: Descriptor, as new: FileName) throws(SystemError) {
    for attribute in try attributes(of: name) where !attribute.hasPrefix("trusted.overlay.") {
      guard let value = try self.attribute(attribute, of: name) else { continue }
      do { try other.setAttribute(attribute, value, of: new) } catch {
        // The volume's file system may have none.
        if error.name != "EOPNOTSUPP" { throw error }
      }
    }
  }
}
