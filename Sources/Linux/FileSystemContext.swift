import CLinux
import Glibc

/// A file system that is being configured: fsopen(2), fsconfig(2), fsmount(2).
public struct FileSystemContext: Sendable {
  public let type: String
  private let descriptor: Descriptor

  public init(_ type: String) throws(SystemError) {
    self.type = type
    descriptor = Descriptor(
      owning: Int32(
        try check("opening file system", type) { type.withCString { systemCall(SYS_fsopen, $0.address, 1) } }))
  }

  /// `key=value`
  public func set(_ key: String, _ value: String) throws(SystemError) {
    try check("setting \(type) option", key) {
      key.withCString { key in
        value.withCString { systemCall(SYS_fsconfig, Int(descriptor.raw), 1, key.address, $0.address, 0) }
      }
    }
  }

  /// A key alone.
  public func set(flag key: String) throws(SystemError) {
    try check("setting \(type) option", key) {
      key.withCString { systemCall(SYS_fsconfig, Int(descriptor.raw), 0, $0.address, 0, 0) }
    }
  }

  /// Makes the file system and a mount of it that is nowhere yet.
  public func mount(_ attributes: MountAttributes = []) throws(SystemError) -> Descriptor {
    try check("creating file system", type) { systemCall(SYS_fsconfig, Int(descriptor.raw), 6, 0, 0, 0) }
    return Descriptor(
      owning: Int32(
        try check("mounting file system", type) {
          systemCall(SYS_fsmount, Int(descriptor.raw), 1, Int(attributes.rawValue))
        }))
  }
}
