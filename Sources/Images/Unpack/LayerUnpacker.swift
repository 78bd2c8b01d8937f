import Diagnostics
import Glibc
import Linux

/// What unpacking a layer found out.
struct UnpackedLayer: Sendable {
  /// Bytes of its files.
  var size: Int64
  /// Holds only on the lower layers that it was unpacked on; see `LayerTree.needsLower`.
  var needsLower: Bool
  /// Everything below is hidden.
  var hidesLower: Bool
  var warnings: [Warning]
}

/// Turns the members of a layer into files, and its whiteouts into overlayfs's (image-spec, layer.md).
final class LayerUnpacker {
  private let tree: LayerTree
  private let reader: TarReader
  private var size: Int64 = 0
  /// Files were taken away again, or came from below: `size` has to be counted.
  private var sizeIsUnsure = false
  private var skippedAttributes: Set<String> = []

  init(_ reader: TarReader, into root: Descriptor, on lower: LowerLayers?) {
    self.reader = reader
    tree = LayerTree(root, on: lower)
  }

  /// Throws `LinkBelow` where the layer has to be unpacked once more.
  func unpack() throws -> UnpackedLayer {
    while let entry = try reader.next() {
      do { try place(entry) } catch {
        // It may only have failed for being in the wrong place.
        if try tree.hasLinkBelow() { throw LinkBelow() }
        throw Failure(error, subject: entry.displayName)
      }
    }
    try tree.finish()
    return UnpackedLayer(
      size: sizeIsUnsure ? try tree.root.treeSize() : size, needsLower: tree.needsLower, hidesLower: tree.hidesLower,
      warnings: skippedAttributes.sorted().map {
        Warning("extended attribute \($0) of the image is left out: it cannot be set here")
      })
  }

  private func place(_ entry: TarEntry) throws {
    let path = try LayerPath.names(entry.name)
    guard let name = path.last else {
      guard entry.kind == .directory else { throw Failure(.corrupt, "the root must be a directory") }
      try setAttributes(entry, of: ".", in: tree.root)
      tree.setTime(entry.modified, ofDirectory: [])
      return
    }
    if name.hasPrefix(".wh.") { return try whiteOut(name, in: try tree.directory(path.dropLast())) }
    if entry.kind == .hardLink { return try link(entry, as: name, in: path.dropLast()) }
    let parent = try tree.directory(path.dropLast())
    tree.own(name)
    // A file is made without looking first: only if the name is taken, room is made.
    let replaced = entry.kind == .file ? .nothing : try makeRoom(for: entry.kind, name, in: parent)
    switch entry.kind {
    case .directory:
      let place = tree.currentPath + [name]
      if replaced == .directory { try removeAttributes(of: name, in: parent) } else { try parent.makeDirectory(name) }
      if replaced == .other { try tree.hideLower(place, in: parent) }
      tree.setTime(entry.modified, ofDirectory: place)
    case .file: try writeFile(entry, name, in: parent)
    case .symbolicLink:
      guard !entry.linkName.isEmpty else { throw Failure(.corrupt, "a symbolic link to nothing") }
      try parent.makeSymbolicLink(name, to: entry.linkName)
    case .characterDevice, .blockDevice:
      // overlayfs takes such a device for a whiteout: it would hide a file without the layer saying so.
      guard entry.kind == .blockDevice || entry.major != 0 || entry.minor != 0 else {
        throw Failure(.corrupt, "a character device 0:0 cannot be part of an image")
      }
      try parent.makeDevice(name, block: entry.kind == .blockDevice, major: entry.major, minor: entry.minor)
    case .fifo: try parent.makeFIFO(name)
    case .hardLink: break
    }
    try setAttributes(entry, of: name, in: parent)
    if entry.kind != .directory {
      try parent.setTimes(of: name, seconds: entry.modified.seconds, nanoseconds: entry.modified.nanoseconds)
    }
  }

  private enum Replaced { case nothing, directory, other }

  /// The same path twice in one layer: the later member wins; two directories are one.
  private func makeRoom(for kind: TarEntry.Kind, _ name: FileName, in parent: Descriptor) throws -> Replaced {
    guard let status = try parent.statusIfPresent(of: name) else { return .nothing }
    if status.kind == .directory, kind == .directory { return .directory }
    try parent.removeTree(name)
    sizeIsUnsure = true
    return .other
  }

  private func writeFile(_ entry: TarEntry, _ name: FileName, in parent: Descriptor) throws {
    let file = try create(name, in: parent)
    try reader.write(entry, to: file)
    size += entry.size
  }

  private func create(_ name: FileName, in parent: Descriptor) throws -> Descriptor {
    let flags: OpenFlags = [.writeOnly, .create, .exclusive]
    do { return try parent.open(name, flags, mode: 0o600, step: "creating") } catch {
      guard error.errno == EEXIST else { throw error }
      _ = try makeRoom(for: .file, name, in: parent)
      return try parent.open(name, flags, mode: 0o600, step: "creating")
    }
  }

  /// Owner before mode, because chown clears setuid, and before attributes, because it clears capabilities.
  private func setAttributes(_ entry: TarEntry, of name: FileName, in parent: Descriptor) throws {
    try parent.setOwner(of: name, uid: entry.uid, gid: entry.gid)
    if entry.kind != .symbolicLink { try parent.setPermissions(of: name, entry.mode) }
    for (attribute, value) in entry.attributes {
      guard AttributePolicy.allows(attribute) else {
        skippedAttributes.insert(attribute)
        continue
      }
      do { try parent.setAttribute(attribute, value, of: name) } catch {
        guard [EOPNOTSUPP, EPERM].contains(error.errno) else { throw error }
        skippedAttributes.insert(attribute)
      }
    }
  }

  /// A directory that is named again, or at last, has only the attributes of that member.
  private func removeAttributes(of name: FileName, in parent: Descriptor) throws {
    for attribute in try parent.attributes(of: name) where AttributePolicy.allows(attribute) {
      try parent.removeAttribute(attribute, of: name)
    }
  }

  /// `.wh.name` removes what lower layers have, never what this one brings, wherever the marker stands.
  private func whiteOut(_ marker: FileName, in parent: Descriptor) throws {
    if marker == ".wh..wh..opq" {
      let path = tree.currentPath
      return try tree.hideLower(path, in: path.isEmpty ? tree.root : try tree.directory(path.dropLast()))
    }
    // aufs's own files.
    if marker.hasPrefix(".wh..wh.") { return }
    let name = marker.dropFirst(4)
    guard name.count > 0, name != ".", name != ".." else {
      throw Failure(.corrupt, "a whiteout that names no file")
    }
    try tree.whiteOut(name, in: parent)
  }

  /// A second name for a file of this layer, or of a lower one: that file then becomes part of this layer, so that both
  /// names share it. Other names that the file has below keep the old one, as when overlayfs copies it up.
  private func link(_ entry: TarEntry, as name: FileName, in parentPath: ArraySlice<FileName>) throws {
    func missing() -> Failure {
      Failure(
        .corrupt, "hard link to \(String(decoding: entry.linkName, as: UTF8.self)), which is no file of the image")
    }
    guard let target = try? LayerPath.names(entry.linkName), let targetName = target.last else { throw missing() }
    let source = try tree.directory(target.dropLast())
    let sourcePath = tree.currentPath + [targetName]
    if let status = try source.statusIfPresent(of: targetName) {
      guard status.kind != .directory, !status.isWhiteout else { throw missing() }
    } else {
      guard try tree.copyUp(sourcePath, as: targetName, in: source) else { throw missing() }
      sizeIsUnsure = true
    }
    let parent = try tree.directory(parentPath)
    tree.own(name)
    // A link to itself.
    if sourcePath == tree.currentPath + [name] { return }
    _ = try makeRoom(for: .hardLink, name, in: parent)
    do { try source.makeHardLink(targetName, in: parent, as: name) } catch {
      // Making room removed the directory that the target was in.
      throw error.errno == ENOENT ? missing() : Failure(error)
    }
  }
}
