import Diagnostics
import Glibc
import Isolation
import Linux

extension Engine {
  /// The processes of a container, as the host sees them.
  public func top(_ id: String) throws -> [ProcessView] {
    let record = try record(id)
    guard LiveState.of(host.container(record.id)).isAlive else { throw notRunning(record) }
    let users = UserNames()
    return try controlGroup(of: record).processes().sorted().compactMap { ProcessView($0, users) }
  }
}

extension ProcessView {
  /// `nil` where it is gone already.
  fileprivate init?(_ pid: Int32, _ users: UserNames) {
    guard let stat = try? readFile("/proc/\(pid)/stat", limit: 4096),
      let close = stat.lastIndex(of: UInt8(ascii: ")")), let owner = try? FileStatus.of("/proc/\(pid)").uid
    else { return nil }
    // Field 3 is the first one after the name: proc_pid_stat(5).
    let fields = stat[(close + 1)...].split(separator: 32).map { Int64(String(decoding: $0, as: UTF8.self)) ?? 0 }
    guard fields.count > 19 else { return nil }
    let ticks = Int64(sysconf(Int32(_SC_CLK_TCK)))
    var arguments = (try? readFile("/proc/\(pid)/cmdline", limit: 1 << 20)) ?? []
    while arguments.last == 0 { arguments.removeLast() }
    let name = stat[..<close].drop { $0 != UInt8(ascii: "(") }.dropFirst()
    self.init(
      pid: pid, parent: Int32(fields[1]), user: users.name(of: owner), cpuSeconds: (fields[11] + fields[12]) / ticks,
      terminal: Self.terminal(fields[4]), started: Self.started(ticksAfterBoot: fields[19], ticks),
      command: arguments.isEmpty
        ? "[\(String(decoding: name, as: UTF8.self))]"
        : String(decoding: arguments.map { $0 == 0 ? 32 : $0 }, as: UTF8.self))
  }

  /// The device number of field 7; 136 and above are pseudo-terminals.
  private static func terminal(_ device: Int64) -> String {
    let major = device >> 8 & 0xfff
    let minor = device & 0xff | device >> 12 & 0xfff00
    return (136...143).contains(major) ? "pts/\((major - 136) << 8 + minor)" : "?"
  }

  /// As ps(1) has STIME: the time of today, else the day.
  private static func started(ticksAfterBoot: Int64, _ ticks: Int64) -> String {
    var boot = timespec()
    clock_gettime(CLOCK_BOOTTIME, &boot)
    let now = time(nil)
    var then = now - boot.tv_sec + Int(ticksAfterBoot / ticks)
    var today = now
    var (start, current) = (tm(), tm())
    localtime_r(&then, &start)
    localtime_r(&today, &current)
    func twoDigits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if start.tm_year == current.tm_year, start.tm_yday == current.tm_yday {
      return "\(twoDigits(start.tm_hour)):\(twoDigits(start.tm_min))"
    }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return months[Int(start.tm_mon)] + twoDigits(start.tm_mday)
  }
}

/// The host's users, read once.
private struct UserNames {
  private var names: [UInt32: String] = [:]

  init() {
    for line in ((try? readText("/etc/passwd")) ?? "").split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      if fields.count > 2, let uid = UInt32(fields[2]), names[uid] == nil { names[uid] = String(fields[0]) }
    }
  }

  func name(of uid: UInt32) -> String { names[uid] ?? String(uid) }
}
