import Diagnostics
import Glibc
import Linux
import OCI
import Synchronization

/// Blobs and layers on their way into a store. They become visible together, after everything was checked, or not at
/// all; what a maker that died left behind is removed by the next one.
final class Staging: Sendable {
  let layout: StoreLayout
  /// Stops whoever reads something to be staged.
  let cancellation: Cancellation?
  private let folder: Descriptor
  private let name: String
  private let hold: FileLock
  private let state = Mutex(State())

  private struct State {
    var number = 0
    var blobs: [Digest: (name: String, size: Int64)] = [:]
    var layers: [LayerKey: String] = [:]
  }

  init(_ layout: StoreLayout, _ cancellation: Cancellation? = nil) throws {
    try layout.make()
    self.layout = layout
    self.cancellation = cancellation
    hold = try FileLock(layout.collectionLock, .shared)
    Self.sweep(layout)
    let parent = try Descriptor.open(layout.staging, .anchor)
    // Layers are made here by the thousand files, and stay where they were made when they are renamed.
    parent.spreadFolders()
    var number = 0
    while true {
      number += 1
      let name = "\(getpid())-\(Monotonic.now)-\(number)"
      guard try parent.makeDirectory(name, mode: 0o700) else { continue }
      // Between making and locking, a sweep may take the folder for an abandoned one.
      guard let folder = try? parent.open(name, [.directory]), (try FileLock(trying: folder)) != nil,
        let there = try? parent.status(of: name), try folder.status().inode == there.inode
      else { continue }
      (self.folder, self.name) = (folder, name)
      return
    }
  }

  /// Removes what commands left behind that are gone: nobody holds the lock of their folder.
  static func sweep(_ layout: StoreLayout) {
    guard let parent = try? Descriptor.open(layout.staging, .anchor), let entries = try? parent.entries() else {
      return
    }
    for entry in entries {
      guard let folder = try? parent.open(entry.name, [.directory, .noFollow]),
        let lock = try? FileLock(trying: folder)
      else { continue }
      try? parent.removeTree(entry.name)
      lock.unlock()
    }
  }

  deinit { discard() }

  private func freshName() -> String {
    state.withLock { state in
      state.number += 1
      return "\(state.number)"
    }
  }

  /// A new file for the bytes of a blob.
  func makeFile() throws -> StagedFile {
    let name = freshName()
    return StagedFile(
      name: name, file: try folder.open(name, [.readWrite, .create, .exclusive], mode: 0o644, step: "creating"))
  }

  func removeFile(_ file: StagedFile) { try? folder.unlink(file.name) }

  /// A new folder for a layer, with the directory that its tree goes into.
  func makeLayer() throws -> (name: String, folder: Descriptor, tree: Descriptor) {
    let name = freshName()
    try folder.makeDirectory(name, mode: 0o755)
    let layer = try folder.open(name, [.directory])
    try layer.makeDirectory(LayerRecord.treeName, mode: 0o755)
    let tree = try layer.open(LayerRecord.treeName, [.directory])
    try layer.setPermissions(of: FileName(LayerRecord.treeName), 0o755)
    return (name, layer, tree)
  }

  /// A new folder for a layer whose tree is there already, on the same file system: it is moved.
  func takeLayer(_ tree: String) throws -> (name: String, folder: Descriptor) {
    let name = freshName()
    try folder.makeDirectory(name, mode: 0o755)
    let (parent, last) = splitPath(tree)
    try Descriptor.open(parent, .anchor).rename(
      last, toPath: "\(layout.staging)/\(self.name)/\(name)/\(LayerRecord.treeName)")
    return (name, try folder.open(name, [.directory]))
  }

  /// The file holds these bytes, and they were checked.
  func keep(_ file: StagedFile, as digest: Digest, size: Int64) {
    let isNew = state.withLock { state in
      guard state.blobs[digest] == nil else { return false }
      state.blobs[digest] = (file.name, size)
      return true
    }
    if !isNew { removeFile(file) }
  }

  /// The folder holds the unpacked layer that was read.
  func keepLayer(_ name: String, _ layer: Descriptor, _ read: LayerBlob.Read, chainID: Digest) throws -> LayerRecord {
    guard let unpacked = read.unpacked else { preconditionFailure("the layer was not unpacked") }
    let record = LayerRecord(
      diffID: read.diffID, size: unpacked.size, hidesLower: unpacked.hidesLower, boot: LayerRecord.thisBoot)
    try layer.writeAtomically(JSON.encode(record), to: LayerRecord.fileName)
    state.withLock { $0.layers[unpacked.needsLower ? .chain(chainID) : .alone(read.diffID)] = name }
    return record
  }

  /// Stores a small document.
  @discardableResult
  func put(_ bytes: [UInt8], as known: Digest? = nil) throws -> Digest {
    let digest = known ?? Digest.sha256(of: bytes)
    if has(digest) { return digest }
    try layout.step(.writeBlob)
    let staged = try makeFile()
    try staged.file.writeAll(bytes)
    keep(staged, as: digest, size: Int64(bytes.count))
    return digest
  }

  /// Whether the blob is in the store or on its way.
  func has(_ digest: Digest) -> Bool {
    state.withLock { $0.blobs[digest] != nil } || FileStatus.exists(layout.blob(digest))
  }

  /// Nothing is on its way.
  var isEmpty: Bool { state.withLock { $0.blobs.isEmpty && $0.layers.isEmpty } }

  /// Opens a blob, wherever it is.
  func open(_ digest: Digest) throws -> Descriptor {
    if let staged = state.withLock({ $0.blobs[digest] }) { return try folder.open(staged.name) }
    return try Descriptor.open(layout.blob(digest))
  }

  /// An unpacked layer, in the store or on its way there.
  func findLayer(_ diffID: Digest, _ chainID: Digest) -> (tree: Descriptor, record: LayerRecord)? {
    for key in [LayerKey.alone(diffID), .chain(chainID)] {
      guard let name = state.withLock({ $0.layers[key] }), let layer = try? folder.open(name, .anchor),
        let tree = try? layer.open(LayerRecord.treeName, .anchor),
        let record = LayerRecord.read("\(layout.staging)/\(self.name)/\(name)")
      else { continue }
      return (tree, record)
    }
    guard let (path, record) = layout.findLayer(diffID, chainID), let tree = try? Descriptor.open(path, .anchor) else {
      return nil
    }
    return (tree, record)
  }

  /// Makes everything visible and durable, and changes the index. On failure the store is as it was.
  func commit(_ change: (inout StoreIndex) throws -> Void) throws {
    let (blobs, layers) = state.withLock { ($0.blobs, $0.layers) }
    do {
      try synchronize(blobs.values.map(\.name))
      for (digest, staged) in blobs {
        try layout.step(.publishBlob)
        try makeDirectories(layout.blobFolder(digest.algorithm))
        try folder.rename(staged.name, toPath: layout.blob(digest))
      }
      for (key, name) in layers {
        try layout.step(.publishLayer)
        do { try folder.rename(name, toPath: layout.layer(key)) } catch {
          // Another command was quicker; its layer is the same.
          guard [EEXIST, ENOTEMPTY].contains(error.errno) else { throw error }
        }
      }
      for algorithm in Set(blobs.keys.map(\.algorithm)) {
        try Descriptor.open(layout.blobFolder(algorithm), [.directory]).synchronize()
      }
      try StoreIndex.change(layout, change)
    } catch {
      discard()
      hold.unlock()
      GarbageCollection.removeUnreachable(layout, of: Set(blobs.keys), Set(layers.keys))
      throw error
    }
    discard()
  }

  /// One batch for all blobs: the disk orders the writes as it likes.
  private func synchronize(_ names: [String]) throws {
    let results = WorkerPool.map(names, limit: 8) { [layout, folder] name in
      try layout.step(.synchronizeBlob)
      try folder.open(name).synchronize()
    }
    for result in results { try result.get() }
  }

  /// Removes what is staged. Safe to call twice.
  func discard() {
    guard let parent = try? Descriptor.open(layout.staging, .anchor) else { return }
    try? parent.removeTree(name)
    folder.close()
  }
}

/// A file in a staging folder.
struct StagedFile: Sendable {
  var name: String
  var file: Descriptor
}

extension StoreIndex {
  /// Reads, changes and writes the index while no other process does.
  static func change(_ layout: StoreLayout, _ change: (inout StoreIndex) throws -> Void) throws {
    let lock = try FileLock(layout.indexLock)
    defer { lock.unlock() }
    var index = try read(layout)
    let before = index.entries
    try change(&index)
    guard index.entries != before || !FileStatus.exists(layout.index) else { return }
    try layout.step(.writeIndex)
    try writeAtomically(JSON.encode(index.document), to: layout.index, durable: true)
  }
}
