import Compose
import Diagnostics
import Glibc
import Linux
import Synchronization

/// Waits for the next job that is due, and starts it.
final class ScheduleRunner: Sendable {
  private let invocation: Invocation
  private let jobs: [Job]
  /// Processes by job.
  private let running = Mutex<[String: Set<pid_t>]>([:])

  init(_ invocation: Invocation, _ jobs: [Job]) {
    self.invocation = invocation
    self.jobs = jobs
  }

  func run(_ cancellation: Cancellation) throws -> Int32 {
    var next: [(job: Job, at: Int64)] = []
    for job in jobs { if let at = try job.next(after: Timestamp.now().seconds) { next.append((job, at)) } }
    while let first = next.indices.min(by: { next[$0].at < next[$1].at }) {
      tell("\(next[first].job.name) is due \(LocalTime.text(Timestamp(seconds: next[first].at, nanoseconds: 0)))")
      guard wait(until: next[first].at, cancellation) else { break }
      let now = Timestamp.now().seconds
      for index in next.indices.reversed() where next[index].at <= now {
        start(next[index].job)
        // What a sleeping machine missed is not made up for.
        if let at = try next[index].job.next(after: now) { next[index].at = at } else { next.remove(at: index) }
      }
    }
    stopAll()
    return cancellation.isCancelled ? ExitStatus.interrupted : ExitStatus.success
  }

  /// - Returns: false when it was interrupted.
  private func wait(until moment: Int64, _ cancellation: Cancellation) -> Bool {
    while !cancellation.isCancelled {
      // Clocks are set, and machines sleep: the moment is looked at again.
      let left = moment - Timestamp.now().seconds
      guard left > 0 else { return true }
      _ = cancellation.sleep(nanoseconds: min(left, 30) * 1_000_000_000)
    }
    return false
  }

  private func start(_ job: Job) {
    let before = running.withLock { $0[job.name] ?? [] }
    if !before.isEmpty {
      switch job.concurrency {
      case .forbid: return tell("\(job.name) still runs: left out")
      case .replace: for pid in before { kill(pid, SIGTERM) }
      case .allow: break
      }
    }
    do {
      let pid = try spawn(job)
      running.withLock { _ = $0[job.name, default: []].insert(pid) }
      tell("\(job.name) started")
      _ = try Thread.spawn { [self] in
        let status = waitForEnd(of: pid)
        running.withLock { _ = $0[job.name]?.remove(pid) }
        tell("\(job.name) ended with \(status)")
      }
    } catch { tell("\(job.name) cannot be started: \(error)") }
  }

  /// This program again, told what it was told.
  private func spawn(_ job: Job) throws -> pid_t {
    let words = ["/proc/self/exe"] + invocation.projectWords + ["run-job", job.name]
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // Ctrl-C is for the runner, which tells its jobs itself.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var pid: pid_t = 0
    let error = posix_spawn(&pid, words[0], &actions, &attributes, &arguments, environ)
    guard error == 0 else { throw SystemError("starting", words[0], errno: error) }
    return pid
  }

  @discardableResult
  private func waitForEnd(of pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return 0 } }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }

  private func stopAll() {
    for pid in running.withLock({ $0.values.flatMap(Array.init) }) { kill(pid, SIGTERM) }
    while running.withLock({ $0.values.contains { !$0.isEmpty } }) { Monotonic.sleep(nanoseconds: 20_000_000) }
  }

  private func tell(_ text: String) { Output.error.print("\(LocalTime.text(.now())) \(text)") }
}
