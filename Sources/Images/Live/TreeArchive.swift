import Diagnostics
import Glibc
import Linux

/// Writes a tree as a tar archive while others may change it: no name is followed, and a file is as long in the archive as
/// it was when it was opened, whatever becomes of it.
public final class TreeArchive {
  private let members: TarMembers
  private var linked: [Inode: [UInt8]] = [:]

  private struct Inode: Hashable {
    var device: UInt64
    var number: UInt64
  }

  private let owners: OwnerShift

  /// - Parameter owners: how the tree is seen; the archive has them as they are inside.
  public init(owners: OwnerShift = .none, _ write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.owners = owners
    members = TarMembers(write)
  }

  /// Adds a folder with all that is in it.
  /// - Parameter path: the folder's name in the archive; empty: only what is in it is added.
  public func add(folder: Descriptor, as path: [UInt8]) throws {
    let status = try folder.status()
    if !path.isEmpty { try header(folder, ".", path + Self.slash, "5", status) }
    try addContents(folder, path.isEmpty ? [] : path + Self.slash, device: status.device)
  }

  /// Adds what stands at a name, which is no folder.
  public func add(_ name: FileName, of folder: Descriptor, as path: [UInt8]) throws {
    try addEntry(name, folder, path, device: folder.status().device)
  }

  public func finish() throws { try members.finish() }

  private static let slash = [UInt8(ascii: "/")]

  private func addContents(_ folder: Descriptor, _ path: [UInt8], device: UInt64) throws {
    let names = try folder.fileNames().map(\.name).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for name in names {
      do { try addEntry(name, folder, path + name.bytes, device: device) } catch let error as SystemError {
        // It was there a moment ago.
        guard [ENOENT, ESTALE, ELOOP, ENOTDIR, ENXIO].contains(error.errno) else { throw error }
      }
    }
  }

  private func addEntry(_ name: FileName, _ folder: Descriptor, _ path: [UInt8], device: UInt64) throws {
    let status = try folder.status(of: name)
    if status.kind == .directory {
      let inner = try folder.open(name, [.directory, .noFollow])
      try header(folder, name, path + Self.slash, "5", status)
      if status.device != device, try inner.isKernelInterface { return }
      return try addContents(inner, path + Self.slash, device: status.device)
    }
    if status.links > 1 {
      let inode = Inode(device: status.device, number: status.inode)
      if let first = linked[inode] { return try members.header(path, "1", inside(status), [], link: first) }
      linked[inode] = path
    }
    switch status.kind {
    case .regular: try addFile(name, folder, path)
    case .symbolicLink: try members.header(path, "2", inside(status), [], link: folder.linkTarget(of: name))
    case .characterDevice: try header(folder, name, path, "3", status)
    case .blockDevice: try header(folder, name, path, "4", status)
    case .fifo: try header(folder, name, path, "6", status)
    // A socket without its listener is of no use.
    case .socket, .directory: break
    }
  }

  private func addFile(_ name: FileName, _ folder: Descriptor, _ path: [UInt8]) throws {
    // Not blocking: a FIFO may have taken the file's place.
    let file = try folder.open(name, [.noFollow, .nonBlocking])
    let status = try file.status()
    guard status.kind == .regular else { throw SystemError("reading", "\(name)", errno: ENOENT) }
    try header(folder, name, path, "0", status, size: status.size)
    let source = FileSource(file, at: 0, count: status.size)
    var missing = status.size
    while missing > 0 {
      let piece = try source.next()
      if piece.isEmpty { break }
      try members.write(piece)
      missing -= Int64(piece.count)
    }
    let zeros = [UInt8](repeating: 0, count: Int(min(missing, 64 << 10)))
    while missing > 0 {
      let count = min(missing, Int64(zeros.count))
      try zeros.prefix(Int(count)).withUnsafeBytes { try members.write($0) }
      missing -= count
    }
    try members.pad(status.size)
  }

  private func header(
    _ folder: Descriptor, _ name: FileName, _ path: [UInt8], _ type: Character, _ status: FileStatus, size: Int64 = 0
  ) throws {
    let attributes = try folder.attributes(of: name).filter(AttributePolicy.allows).sorted().compactMap { attribute in
      try folder.attribute(attribute, of: name).map { (attribute, $0) }
    }
    try members.header(path, type, inside(status), attributes, size: size)
  }

  private func inside(_ status: FileStatus) -> FileStatus {
    var status = status
    (status.uid, status.gid) = (owners.inside(status.uid), owners.inside(status.gid))
    return status
  }
}

extension Descriptor {
  /// Whether what is mounted here are no files but the kernel's own: /proc, /sys, terminals, message queues.
  fileprivate var isKernelInterface: Bool {
    get throws {
      // PROC_SUPER_MAGIC, SYSFS_MAGIC, DEVPTS_SUPER_MAGIC, mqueue, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC
      [0x9FA0, 0x6265_6572, 0x1CD1, 0x1980_0202, 0x27_E0EB, 0x6367_7270].contains(try fileSystemMagic())
    }
  }
}
