import CLinux
import Glibc
import Launch
import Linux

/// What a shim does before it looks at what it was asked to do: nothing that it inherited shall matter.
enum Startup {
  /// Reads one message that is announced by its own header. Nothing but `channel` is open above the standard streams,
  /// so the kernel gives the descriptors that come along the numbers from `Descriptors.first` on.
  /// - Returns: `nil` when it ends too early: who sent it is gone, and wants nothing any more.
  static func receiveMessage(
    _ channel: Descriptor, length: ([UInt8]) throws(WireError) -> Int?
  ) throws(WireError) -> [UInt8]? {
    var bytes: [UInt8] = []
    while true {
      if let whole = try length(bytes), bytes.count >= whole { return bytes }
      let wanted = (try length(bytes) ?? 0) - bytes.count
      guard let (part, came) = try? channel.receive(upTo: max(wanted, 4096)), !part.isEmpty else { return nil }
      bytes += part
      // The message says which number is what, and who owns it.
      for descriptor in came { _ = descriptor.release() }
    }
  }

  /// Leaves the process that started it: a session of its own, and a parent that need not collect it.
  /// - Returns: `false` in the process that was started, which is to exit at once.
  static func detach() throws(SystemError) -> Bool {
    if try Clone.process() != nil { return false }
    setsid()
    return true
  }

  /// Puts the container's id where the arguments keep a place for it: whoever reads a process list sees whose shim it is.
  static func show(_ id: String) {
    guard CommandLine.argc > 1, let place = CommandLine.unsafeArgv[1], strlen(place) == id.utf8.count else { return }
    id.withCString { _ = strcpy(place, $0) }
  }

  /// Where it cannot go it stays: it is only about who ends it.
  static func join(_ cgroups: [String]) {
    for folder in cgroups {
      try? makeDirectories(folder)
      // The older hierarchies have both files; a thread that moves itself does not wait there.
      if (try? writeExisting("0", to: "\(folder)/tasks")) == nil {
        try? writeExisting("0", to: "\(folder)/cgroup.procs")
      }
    }
  }

  /// No working directory that could keep a file system busy, no streams, no odd masks.
  static func standAlone() {
    // It was executed by descriptor, so the kernel has named it after a number.
    _ = "davit-shim".withCString { clinux_syscall(Int(SYS_prctl), Int(PR_SET_NAME), Int(bitPattern: $0), 0, 0, 0, 0) }
    chdir("/")
    umask(0o022)
    signal(SIGPIPE, SIG_IGN)
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    for stream: Int32 in 0...2 { dup2(null, stream) }
    if null > 2 { close(null) }
    // The container dies with its shim, so the shim is the last that the kernel should pick; its children are set back.
    try? writeExisting("-999", to: "/proc/self/oom_score_adj")
    mallopt(M_TRIM_THRESHOLD, 64 << 10)
    mallopt(M_MMAP_THRESHOLD, 64 << 10)
  }

  /// Closes every descriptor above the standard streams but `kept`, and lets no program inherit that.
  static func closeAll(but kept: Int32) {
    _ = fcntl(kept, F_SETFD, FD_CLOEXEC)
    if kept > 3 { closeRange(3, UInt32(kept) - 1) }
    closeRange(UInt32(kept) + 1, .max)
  }

  private static func closeRange(_ first: UInt32, _ last: UInt32) {
    if clinux_syscall(Int(SYS_close_range), Int(first), Int(last), 0, 0, 0, 0) == 0 { return }
    // Before Linux 5.9: those that there are.
    for name in (try? listDirectory("/proc/self/fd")) ?? [] {
      if let number = UInt32(name), number >= first, number <= last { close(Int32(number)) }
    }
  }
}
