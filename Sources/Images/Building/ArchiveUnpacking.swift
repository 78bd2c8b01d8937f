import Diagnostics
import Linux
import OCI

/// Archives that a build unpacks (`ADD`): tar, plain or compressed with gzip or zstd.
public enum ArchiveUnpacking {
  private static let unsupported: [(name: String, magic: [UInt8])] = [
    ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), ("bzip2", [0x42, 0x5A, 0x68]),
  ]

  /// Whether the file is such an archive. Throws where it is one that cannot be read here.
  public static func isArchive(_ file: Descriptor) throws -> Bool {
    let start = try file.read(upTo: 6, at: 0)
    for kind in unsupported where start.starts(with: kind.magic) {
      throw Failure(
        .unsupported, "archives compressed with \(kind.name) cannot be unpacked yet",
        hint: "unpack it in a RUN, or copy it as it is with COPY")
    }
    do {
      let source = FileSource(file, at: 0, count: try file.status().size)
      return try TarReader(Compression.open(source).plain).next() != nil
    } catch { return false }
  }

  /// Unpacks into a folder, every entry resolved inside of it.
  public static func unpack(_ file: Descriptor, into folder: Descriptor) throws {
    let source = FileSource(file, at: 0, count: try file.status().size)
    _ = try LayerUnpacker(TarReader(Compression.open(source).plain), into: folder, on: nil).unpack()
  }
}

/// The digest of what a file holds.
public enum FileDigest {
  public static func of(_ file: Descriptor) throws -> Digest {
    try HashingSource(FileSource(stream: file)).finish()
  }
}
