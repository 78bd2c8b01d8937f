import Compose
import Diagnostics
import Glibc
import Linux
import Reconciling
import Synchronization

/// Waits for the next job that is due, and starts it. When a file of the project is written, the schedules are read again;
/// with one that cannot be read, those that were known stay.
final class ScheduleRunner: Sendable {
  private typealias Due = (job: Job, at: Int64)

  private let invocation: Invocation
  private let load: @Sendable () throws -> (jobs: [Job], files: [String])
  /// Processes by job.
  private let running = Mutex<[String: Set<pid_t>]>([:])

  init(_ invocation: Invocation, _ load: @escaping @Sendable () throws -> (jobs: [Job], files: [String])) {
    self.invocation = invocation
    self.load = load
  }

  func run(_ jobs: [Job], _ files: [String], _ cancellation: Cancellation) throws -> Int32 {
    var next = try due(jobs, knowing: [])
    let watched = try WatchedFiles()
    watched.follow(files)
    while !cancellation.isCancelled {
      let first = next.min { $0.at < $1.at }
      if let first { tell("\(first.job.name) is due \(LocalTime.text(Timestamp(seconds: first.at, nanoseconds: 0)))") }
      switch wait(until: first?.at, watched, cancellation) {
      case .interrupted: break
      case .changed: next = try readAgain(next, watched, cancellation)
      case .due:
        let now = Timestamp.now().seconds
        for index in next.indices.reversed() where next[index].at <= now {
          start(next[index].job)
          // What a sleeping machine missed is not made up for.
          if let at = try next[index].job.next(after: now) { next[index].at = at } else { next.remove(at: index) }
        }
      }
    }
    stopAll()
    return ExitStatus.interrupted
  }

  private enum WaitEnd { case due, changed, interrupted }

  private func wait(until moment: Int64?, _ files: WatchedFiles, _ cancellation: Cancellation) -> WaitEnd {
    while !cancellation.isCancelled {
      // Clocks are set, and machines sleep: the moment is looked at again.
      let left = moment.map { $0 - Timestamp.now().seconds } ?? 30
      guard left > 0 else { return .due }
      _ = poll([files.descriptor, cancellation.descriptor], timeout: min(left, 30) * 1_000_000_000)
      if files.haveChanged() { return .changed }
    }
    return .interrupted
  }

  private func readAgain(_ known: [Due], _ files: WatchedFiles, _ cancellation: Cancellation) throws -> [Due] {
    // Editors write in several steps.
    _ = cancellation.sleep(nanoseconds: 200_000_000)
    do {
      let (jobs, paths) = try load()
      files.follow(paths)
      tell("the schedules were read again: \(jobs.map(\.name).joined(separator: ", "))")
      return try due(jobs, knowing: known)
    } catch {
      tell("the schedules stay as they were: \(error)")
      files.refresh()
      return known
    }
  }

  /// - Parameter known: a job whose schedule did not change is due when it was.
  private func due(_ jobs: [Job], knowing known: [Due]) throws -> [Due] {
    try jobs.compactMap { job in
      let before = known.first { $0.job.name == job.name }
      if let before, before.job.schedule == job.schedule, before.job.timeZone == job.timeZone {
        return (job, before.at)
      }
      return try job.next(after: Timestamp.now().seconds).map { (job, $0) }
    }
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
    var start = ProgramStart(words[0], words)
    // Ctrl-C is for the runner, which tells its jobs itself.
    start.leadsGroup = true
    start.descriptors = [(try .open("/dev/null"), 0)]
    return try start.run()
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
