import Diagnostics
import Linux

extension Engine {
  /// Gives an empty volume what the image has at the place where it is mounted, owner and mode of the folder too, as
  /// Docker does on the first use of a volume. One that has content is left alone.
  /// - Parameter layers: of the image, topmost first.
  func fillVolume(_ name: String, from layers: [String], at target: String) throws {
    let folder = volumeStore.folder(name)
    let marker = "\(folder)/filling"
    do {
      let data = try Descriptor.open(volumeStore.data(name), [.readOnly, .directory])
      // Without the lock: the usual case is a volume that has been used before.
      if try !FileStatus.exists(marker) && !data.entries().isEmpty { return }
      let lock = try FileLock(Descriptor.open(folder, [.readOnly, .directory]))
      defer { lock.unlock() }
      if FileStatus.exists(marker) {
        // Who began to fill it died.
        for entry in try data.entries() { try data.removeTree(entry.name) }
      } else if try !data.entries().isEmpty {
        return
      }
      guard let source = try contents(of: layers, at: target) else { return }
      try Descriptor.open(marker, [.writeOnly, .create], mode: 0o600).close()
      failpoints("volume.filling")
      try TreeCopy.copy(source, into: data)
      try Descriptor.open(folder, .anchor).unlink("filling")
    } catch { throw Failure(error).about("volume \(name)") }
  }

  /// The folder at a path of an image; `nil` where there is none, or where it is empty and root's.
  private func contents(of layers: [String], at target: String) throws -> Descriptor? {
    let root = try ImageView.open(layers)
    do throws(SystemError) { return try root.openInRoot(target, [.readOnly, .directory]) } catch {
      // ENOENT, ENOTDIR: nothing to copy.
      if error.name == "ENOENT" || error.name == "ENOTDIR" { return nil }
      throw error
    }
  }
}
