import Diagnostics
import Glibc
import Linux

/// Walks two trees side by side and tells where they differ: types, permissions, owners, sizes, contents, targets of
/// links, device numbers and extended attributes. Times are not compared: builds of the same files differ in them.
public struct TreeComparison {
  private let report: (TreeChange) -> Void

  private init(_ report: @escaping (TreeChange) -> Void) { self.report = report }

  /// Tells of every difference, in the order of the paths. Of a directory that only one side has, everything in it too.
  /// - Parameters: `nil` is an empty tree.
  public static func compare(_ before: Descriptor?, _ after: Descriptor?, report: @escaping (TreeChange) -> Void) throws
  {
    try TreeComparison(report).folders(before, after, "")
  }

  private func folders(_ before: Descriptor?, _ after: Descriptor?, _ path: String) throws {
    let former = Set(try before?.fileNames().map(\.name) ?? [])
    let latter = Set(try after?.fileNames().map(\.name) ?? [])
    for name in former.union(latter).sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
      let place = path + "/" + String(decoding: name.bytes, as: UTF8.self)
      let old = former.contains(name) ? try before!.status(of: name) : nil
      let new = latter.contains(name) ? try after!.status(of: name) : nil
      try entry(name, (before, old), (after, new), place)
      func folder(_ parent: Descriptor?, _ status: FileStatus?) throws -> Descriptor? {
        guard let parent, status?.kind == .directory else { return nil }
        return try parent.open(name, [.directory, .noFollow])
      }
      if old?.kind == .directory || new?.kind == .directory {
        try folders(folder(before, old), folder(after, new), place)
      }
    }
  }

  private typealias Side = (folder: Descriptor?, status: FileStatus?)

  private func entry(_ name: FileName, _ before: Side, _ after: Side, _ place: String) throws {
    func bytes(_ status: FileStatus?) -> Int64 { status?.kind == .regular ? status!.size : 0 }
    var change = TreeChange(
      kind: before.status == nil ? .added : after.status == nil ? .deleted : .changed, path: place,
      size: bytes(after.status), formerSize: bytes(before.status))
    if let old = before.status, let new = after.status {
      change.details = try differences(name, before.folder!, old, after.folder!, new)
      if change.details.isEmpty { return }
    }
    report(change)
  }

  private func differences(
    _ name: FileName, _ before: Descriptor, _ old: FileStatus, _ after: Descriptor, _ new: FileStatus
  ) throws -> [String] {
    guard old.kind == new.kind else { return ["\(Self.word(old.kind)) → \(Self.word(new.kind))"] }
    // One file of a layer that both stand on.
    if old.kind == .regular, old.inode == new.inode, old.changed == new.changed, old.size == new.size { return [] }
    var details: [String] = []
    if old.permissions != new.permissions, old.kind != .symbolicLink {
      details.append("mode \(Self.octal(old.permissions)) → \(Self.octal(new.permissions))")
    }
    if (old.uid, old.gid) != (new.uid, new.gid) {
      details.append("owner \(old.uid):\(old.gid) → \(new.uid):\(new.gid)")
    }
    switch old.kind {
    case .regular:
      if try old.size != new.size || !sameContent(name, before, after) { details.append("content") }
    case .symbolicLink:
      let targets = (try before.linkTarget(of: name), try after.linkTarget(of: name))
      if targets.0 != targets.1 {
        details.append(
          "target \(String(decoding: targets.0, as: UTF8.self)) → \(String(decoding: targets.1, as: UTF8.self))")
      }
    case .characterDevice, .blockDevice:
      if (old.major, old.minor) != (new.major, new.minor) {
        details.append("device \(old.major):\(old.minor) → \(new.major):\(new.minor)")
      }
    default: break
    }
    for attribute in try Set(before.attributes(of: name) + after.attributes(of: name)).sorted()
    where AttributePolicy.allows(attribute) {
      if try before.attribute(attribute, of: name) != after.attribute(attribute, of: name) { details.append(attribute) }
    }
    return details
  }

  private func sameContent(_ name: FileName, _ before: Descriptor, _ after: Descriptor) throws -> Bool {
    let (old, new) = (try before.open(name, [.noFollow]), try after.open(name, [.noFollow]))
    let size = try old.status().size
    let sources = (FileSource(old, at: 0, count: size), FileSource(new, at: 0, count: size))
    while true {
      let pieces = (try sources.0.next(), try sources.1.next())
      guard pieces.0.count == pieces.1.count else { return false }
      if pieces.0.isEmpty { return true }
      guard memcmp(pieces.0.baseAddress!, pieces.1.baseAddress!, pieces.0.count) == 0 else { return false }
    }
  }

  private static func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }

  private static func word(_ kind: FileStatus.Kind) -> String {
    switch kind {
    case .regular: "file"
    case .directory: "directory"
    case .symbolicLink: "symbolic link"
    case .characterDevice: "character device"
    case .blockDevice: "block device"
    case .fifo: "named pipe"
    case .socket: "socket"
    }
  }
}
