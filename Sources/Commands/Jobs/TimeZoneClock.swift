import Compose
import Diagnostics
import Glibc
import Linux
import Synchronization

/// How far the clocks of a time zone are ahead of UTC. The C library knows one zone for a whole process, so asking for
/// another one is a change of it and back.
struct TimeZoneClock: Sendable {
  private static let turn = Mutex(())
  /// `nil`: this machine's.
  private let name: String?

  init(_ name: String?) throws(Failure) {
    self.name = name
    guard let name else { return }
    let isPlain = !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
    guard isPlain, (try? FileStatus.of("/usr/share/zoneinfo/\(name)"))?.kind == .regular || name == "UTC" else {
      throw Failure(
        .invalidInput, "there is no time zone `\(name)` on this machine", hint: "write one like Europe/Berlin, or UTC")
    }
  }

  /// Seconds.
  func offset(at moment: Int64) -> Int64 {
    Self.turn.withLock { _ in
      let former = getenv("TZ").map { String(cString: $0) }
      if let name {
        setenv("TZ", ":\(name)", 1)
        tzset()
      }
      defer {
        if name != nil {
          if let former { setenv("TZ", former, 1) } else { unsetenv("TZ") }
          tzset()
        }
      }
      var seconds = time_t(moment)
      var parts = tm()
      localtime_r(&seconds, &parts)
      return Int64(parts.tm_gmtoff)
    }
  }
}

extension Job {
  /// When it is due next, in seconds since 1970.
  func next(after moment: Int64) throws(Failure) -> Int64? {
    let clock: TimeZoneClock
    do throws(Failure) { clock = try TimeZoneClock(timeZone) } catch {
      var failure = error.about("x-davit-jobs.\(name).timezone")
      failure.location = location
      throw failure
    }
    return schedule?.next(after: moment) { clock.offset(at: $0) }
  }
}
