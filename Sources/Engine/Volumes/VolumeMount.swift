import Diagnostics
import Glibc
import Linux
import Spec

/// What the options of the local driver (`type`, `o`, `device`) make of a volume: one mount on its data folder, by the
/// rules of mount(8). Pure.
struct VolumeMount: Hashable, Sendable {
  var type: String
  var device: String
  var options: MountOptions

  /// `nil`: the volume is an ordinary folder.
  init?(_ spec: VolumeSpec) throws(Failure) {
    try Self.check(spec)
    let driver = spec.driverOptions
    guard driver["type"] != nil || driver["device"] != nil || driver["o"] != nil else { return nil }
    type = driver["type"] ?? ""
    device = driver["device"] ?? ""
    options = MountOptions(driver["o"].map { [$0] } ?? [])
    if type == "none" { type = "" }
    // The kernel wants the server's address apart from the name (nfs(5), "addr"); mount.nfs would put it there.
    if type.hasPrefix("nfs"), !options.data.split(separator: ",").contains(where: { $0.hasPrefix("addr=") }),
      let server = Self.server(device)
    {
      options.data += (options.data.isEmpty ? "" : ",") + "addr=\(server)"
    }
  }

  static func check(_ spec: VolumeSpec) throws(Failure) {
    let known = ["type", "o", "device", "size"]
    for key in spec.driverOptions.keys.sorted() where !known.contains(key) {
      throw Failure(
        .invalidInput, "the local driver has no option \"\(key)\"", subject: "volume \(spec.name)",
        hint: "it has \(known.joined(separator: ", "))")
    }
    if spec.driverOptions["size"] != nil {
      throw Failure(
        .unsupported, "a size limit needs project quotas, which are not supported yet", subject: "volume \(spec.name)",
        hint: "for a tmpfs put the size into \"o\"")
    }
    let isBind = MountOptions([spec.driverOptions["o"] ?? ""]).flags.contains(.bind)
    let needed: [(String, Bool)] = [
      ("type", !isBind && (spec.driverOptions["device"] != nil || spec.driverOptions["o"] != nil)),
      ("device", spec.driverOptions["type"] != nil || isBind),
    ]
    for (key, isNeeded) in needed where isNeeded && (spec.driverOptions[key] ?? "").isEmpty {
      throw Failure(.invalidInput, "the option \"\(key)\" is missing", subject: "volume \(spec.name)")
    }
  }

  /// `192.0.2.1` of `192.0.2.1:/export`.
  private static func server(_ device: String) -> String? {
    device.range(of: ":/").map { String(device[..<$0.lowerBound]) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension StringProtocol {
  fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}

extension Engine {
  /// The data folder of a volume, with what its options mount there. The caller holds the volume.
  func mountVolume(_ volume: Volume) throws(Failure) {
    guard let mount = try VolumeMount(volume.spec), !isMountPoint(volume.mountpoint) else { return }
    do {
      try Linux.mount(
        mount.device, on: volume.mountpoint, type: mount.type,
        flags: mount.options.flags.subtracting(mount.options.flags.contains(.bind) ? .perMount : []),
        data: mount.options.data, step: "mounting \(mount.device) on")
      if mount.options.flags.contains(.bind) { try remountBind(volume.mountpoint, mount.options.flags) }
      if !mount.options.propagation.isEmpty { try Linux.mount(on: volume.mountpoint, flags: mount.options.propagation) }
    } catch {
      var failure = Failure(error).about("volume \(volume.name)")
      // mount(2): the type is not configured in the kernel.
      if error.errno == ENODEV { failure.hint = "this kernel has no file system of type \(mount.type)" }
      throw failure
    }
  }

  /// The flags of a bind only take effect when it is mounted anew: mount(2), "Remounting".
  private func remountBind(_ target: String, _ flags: MountFlags) throws(SystemError) {
    let wanted = flags.intersection(.perMount)
    if !wanted.isEmpty { try Linux.mount(on: target, flags: wanted.union([.remount, .bind])) }
  }

  /// Takes away what `mountVolume` mounted.
  func unmountVolume(_ name: String) throws(Failure) {
    let data = volumeStore.data(name)
    do { while isMountPoint(data) { try unmount(data) } } catch { throw error.failure }
  }

  func isMountPoint(_ path: String) -> Bool {
    guard let table = try? readFile("/proc/self/mountinfo") else { return false }
    // Field 5 is the mount point, with white space in octal: proc_pid_mountinfo(5).
    let escaped = path.utf8.reduce(into: [UInt8]()) { text, byte in
      switch byte {
      case 32: text += Array(#"\040"#.utf8)
      case 9: text += Array(#"\011"#.utf8)
      case 10: text += Array(#"\012"#.utf8)
      case 92: text += Array(#"\134"#.utf8)
      default: text.append(byte)
      }
    }
    return table.split(separator: 10).contains {
      let fields = $0.split(separator: 32, maxSplits: 5)
      return fields.count > 4 && fields[4].elementsEqual(escaped)
    }
  }
}
