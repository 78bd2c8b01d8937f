import Diagnostics
import Launch
import Linux
import Spec

extension MountLaunch {
  /// - Parameter source: the host path that the mount was resolved to.
  init(_ spec: MountSpec, source: String) throws(Failure) {
    self.init()
    target = spec.target
    if spec.kind == .tmpfs {
      try becomeTemporary(spec)
      return
    }
    subject =
      switch spec.kind {
      case .bind: "bind \(spec.source)"
      case .volume: spec.source.isEmpty ? "an anonymous volume" : "volume \(spec.source)"
      case .image: "image \(spec.source)"
      case .tmpfs: "tmpfs"
      }
    self.source = source
    // A folder of the host keeps the host's owners: the container's root is not to write there as the host's root.
    identityMapped = spec.kind != .bind
    var flags: MountFlags = spec.recursive == "disabled" ? [] : .recursive
    if spec.readOnly || spec.kind == .image { flags.insert(.readOnly) }
    if flags.contains([.readOnly, .recursive]), spec.recursive != "writable" {
      recursiveReadOnly = true
      requiresRecursiveReadOnly = spec.recursive == "readonly"
    }
    self.flags = flags.rawValue
    propagation = try MountLaunch.propagation(spec.propagation, target: spec.target)
    if let status = try? FileStatus.of(source), status.kind != .directory { creation = .file }
  }

  /// A secret or config: always read-only.
  init(_ file: FileSpec, source: String) {
    self.init(file: source, target: file.target)
    subject = "\(file.kind.rawValue) \(file.name)"
    flags = MountFlags.readOnly.rawValue
  }

  /// One file of the host.
  init(file source: String, target: String) {
    self.init()
    subject = target
    self.source = source
    self.target = target
    identityMapped = true
    creation = .file
  }

  private mutating func becomeTemporary(_ spec: MountSpec) throws(Failure) {
    kind = .fileSystem
    subject = "tmpfs"
    fileSystem = "tmpfs"
    var flags: MountFlags = [.noExecute, .noSetUserID, .noDevices]
    var options: [String] = []
    for option in spec.tmpfsOptions {
      switch option {
      case "rw", "": flags.remove(.readOnly)
      case "ro": flags.insert(.readOnly)
      case "exec": flags.remove(.noExecute)
      case "noexec": flags.insert(.noExecute)
      case "suid": flags.remove(.noSetUserID)
      case "nosuid": flags.insert(.noSetUserID)
      case "dev": flags.remove(.noDevices)
      case "nodev": flags.insert(.noDevices)
      case "sync": flags.insert(.synchronous)
      case "async": flags.remove(.synchronous)
      case "dirsync": flags.insert(.directorySynchronous)
      case "noatime": flags.insert(.noAccessTimes)
      case "nodiratime": flags.insert(.noDirectoryAccessTimes)
      case "relatime": flags.insert(.relativeAccessTimes)
      case "strictatime": flags.insert(.strictAccessTimes)
      case "atime", "norelatime", "nostrictatime", "diratime": break
      case "private", "rprivate", "shared", "rshared", "slave", "rslave":
        propagation = try MountLaunch.propagation(option, target: spec.target)
      default:
        let key = option.prefix { $0 != "=" }
        guard ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol", "huge"].contains(key) else {
          throw Failure(.invalidInput, "tmpfs has no option \"\(option)\"", subject: "mount \(spec.target)")
        }
        options.append(option)
      }
    }
    if spec.readOnly { flags.insert(.readOnly) }
    if let size = spec.tmpfsSize, size > 0 { options.append("size=\(size)") }
    if let mode = spec.tmpfsMode { options.append("mode=" + String(mode, radix: 8)) }
    self.flags = flags.rawValue
    data = options.joined(separator: ",")
  }

  private static func propagation(_ text: String?, target: String) throws(Failure) -> UInt64 {
    let flags: MountFlags
    switch text {
    case nil, "", "rprivate": flags = [.private, .recursive]
    case "private": flags = .private
    case "rshared": flags = [.shared, .recursive]
    case "shared": flags = .shared
    case "rslave": flags = [.slave, .recursive]
    case "slave": flags = .slave
    case .some(let other):
      throw Failure(
        .invalidInput, "there is no propagation \"\(other)\"", subject: "mount \(target)",
        hint: "one of rprivate, private, rshared, shared, rslave, slave")
    }
    return flags.rawValue
  }
}
