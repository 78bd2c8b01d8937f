import Diagnostics
import Linux
import OCI

/// Archives that a build unpacks (`ADD`): tar, plain or compressed with gzip, bzip2, xz or zstd.
public enum ArchiveUnpacking {
  /// Whether the file is such an archive.
  public static func isArchive(_ file: Descriptor) throws -> Bool {
    do {
      let source = FileSource(file, at: 0, count: try file.status().size)
      return try TarReader(Compression.open(source).plain).next() != nil
    } catch { return false }
  }

  /// Unpacks what a stream brings, every entry resolved inside of the folder.
  public static func unpack(stream: Descriptor, into folder: Descriptor) throws {
    let plain = try Compression.open(FileSource(stream: stream)).plain
    _ = try LayerUnpacker(TarReader(plain), into: folder, on: nil).unpack()
    // What follows the end marker is taken, so that whoever writes it is not cut off.
    while !(try plain.next()).isEmpty {}
  }

  /// Unpacks into a folder, every entry resolved inside of it.
  public static func unpack(_ file: Descriptor, into folder: Descriptor) throws {
    let source = FileSource(file, at: 0, count: try file.status().size)
    _ = try LayerUnpacker(TarReader(Compression.open(source).plain), into: folder, on: nil).unpack()
  }
}
