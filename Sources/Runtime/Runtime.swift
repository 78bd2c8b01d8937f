import Diagnostics
import Linux
import Synchronization

/// Container specs → isolated processes. Holds only what is the same for all containers of a machine.
public final class Runtime: Sendable {
  public struct Settings: Hashable, Sendable {
    /// The path of `davit-shim`.
    public var shim: String
    /// The control group under which containers are put when they name no other: `davit`.
    public var cgroupParent: String
    /// Folder for compiled seccomp programs.
    public var cache: String

    public init(shim: String, cgroupParent: String, cache: String) {
      self.shim = shim
      self.cgroupParent = cgroupParent
      self.cache = cache
    }
  }

  public let settings: Settings
  /// Seccomp programs by what they were made from.
  let compiled = Mutex<[String: [UInt8]]>([:])
  /// The shim's program file, once it is needed.
  let shimFile = Mutex<Descriptor?>(nil)
  /// Shims that were made before it was known what for.
  let ahead = Mutex<[WaitingShim]>([])

  /// Where shims go that are started from within a unit of the service manager.
  var ownCgroups: [String] {
    escape.withLock { known in
      if let known { return known }
      let places = UnitEscape.places(parent: settings.cgroupParent)
      known = places
      return places
    }
  }
  private let escape = Mutex<[String]?>(nil)

  public init(_ settings: Settings) { self.settings = settings }
}
