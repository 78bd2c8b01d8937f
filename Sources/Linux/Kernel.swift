import CLinux
import Glibc
import Synchronization

/// What newer kernels offer and older ones lack. Each has a fallback; a call that answered ENOSYS is not tried again.
public struct KernelFeature: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// openat2(2), Linux 5.6
  public static let openat2 = KernelFeature(rawValue: 1 << 0)
  /// fsopen(2), open_tree(2), move_mount(2), Linux 5.2
  public static let mountAPI = KernelFeature(rawValue: 1 << 1)
  /// mount_setattr(2), Linux 5.12
  public static let mountSetAttributes = KernelFeature(rawValue: 1 << 2)
  /// clone3(2), Linux 5.3
  public static let clone3 = KernelFeature(rawValue: 1 << 3)
  /// CLONE_INTO_CGROUP, Linux 5.7
  public static let cloneIntoCgroup = KernelFeature(rawValue: 1 << 4)
  /// close_range(2), Linux 5.9
  public static let closeRange = KernelFeature(rawValue: 1 << 5)
  /// setns(2) with a pidfd and several namespaces, Linux 5.8
  public static let setnsProcess = KernelFeature(rawValue: 1 << 6)
  /// `lowerdir+` of overlayfs, Linux 6.5
  public static let overlayAppendLower = KernelFeature(rawValue: 1 << 7)

  public static let all = KernelFeature(rawValue: .max)

  private static let names: [(String, KernelFeature)] = [
    ("all", .all), ("openat2", .openat2), ("mount-api", .mountAPI), ("mount-setattr", .mountSetAttributes),
    ("clone3", .clone3), ("clone-into-cgroup", .cloneIntoCgroup), ("close-range", .closeRange),
    ("setns-pidfd", .setnsProcess), ("overlay-append", .overlayAppendLower),
  ]

  /// Reads `openat2,mount-api` and `all`; what is not known is passed over.
  public init(names text: String) {
    let wanted = text.split(separator: ",").map { String($0) }
    self = KernelFeature.names.filter { wanted.contains($0.0) }.reduce(into: []) { $0.formUnion($1.1) }
  }
}

public enum Kernel {
  /// Before 6.5 overlayfs takes any option, complains in the kernel's log, and refuses the mount only at its end.
  private static let absent = Atomic<UInt32>(
    release(runningRelease, isAtLeast: (6, 5)) ? 0 : KernelFeature.overlayAppendLower.rawValue)

  /// Whether to try the feature: not known to be missing, and not switched off.
  public static func has(_ feature: KernelFeature) -> Bool {
    absent.load(ordering: .relaxed) & feature.rawValue == 0
  }

  /// From now on the fallbacks of these features are used in this process: because the kernel said ENOSYS, or because
  /// a test wants to see the fallback work.
  public static func forgo(_ features: KernelFeature) {
    absent.bitwiseOr(features.rawValue, ordering: .relaxed)
  }

  /// Whether a release as uname(2) tells it (`6.1.0-50-cloud-amd64`) is that version or a later one. True where it
  /// cannot be read: what is missing shows itself.
  static func release(_ text: String, isAtLeast version: (major: Int, minor: Int)) -> Bool {
    let numbers = text.split(separator: ".", maxSplits: 2).map { Int($0.prefix { ("0"..."9").contains($0) }) }
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return true }
    return (major, minor) >= version
  }

  private static var runningRelease: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "" }
    return withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The features that are switched off or known to be missing.
  public static var forgone: KernelFeature { KernelFeature(rawValue: absent.load(ordering: .relaxed)) }
}
