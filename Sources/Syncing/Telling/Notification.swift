import Linux
import Presentation
import Synchronization

/// Commands that are run when something went well or wrong.
public final class Notification: Sendable {
  public let commands: [SyncEvent.Kind: [String]]
  let sync: String
  let repository: String
  let environment: [String: String]
  let log: SyncLog
  private let running = Mutex<[Thread<Void>]>([])

  public init(
    sync: String, repository: String, success: [String], failure: [String], environment: [String: String],
    log: SyncLog
  ) {
    self.sync = sync
    self.repository = repository
    commands = [.success: success, .failure: failure]
    self.environment = environment
    self.log = log
  }

  /// Runs the commands for an event, each in a shell, with the event in its environment and as JSON on standard input.
  /// None holds up the sync: they run on a thread of their own, one after the other, a minute each at most.
  public func tell(_ event: SyncEvent) {
    guard let commands = commands[event.kind], !commands.isEmpty else { return }
    guard let thread = try? Thread.spawn({ for command in commands { self.run(command, event) } }) else { return }
    running.withLock { $0 = $0.suffix(20) + [thread] }
  }

  /// Waits for the commands that run.
  public func finish() { for thread in running.withLock({ $0 }) { try? thread.join() } }

  private func run(_ command: String, _ event: SyncEvent) {
    var variables = environment
    for (name, value) in [
      ("EVENT", event.kind.rawValue), ("NAME", sync), ("REPOSITORY", repository), ("PROJECT", event.project ?? ""),
      ("COMMIT", event.commit ?? ""), ("RUNNING", event.running ?? ""), ("MESSAGE", event.message),
    ] { variables["DAVIT_SYNC_\(name)"] = value }
    let json = JSONValue.object([
      "event": .string(event.kind.rawValue), "sync": .string(sync), "repository": .string(repository),
      "project": .init(event.project), "commit": .init(event.commit), "running": .init(event.running),
      "message": .string(event.message), "time": .string("\(Timestamp.now())"),
    ])
    do {
      let result = try runProgram(
        ["timeout", "--kill-after=5", "60", "sh", "-c", command], environment: variables,
        input: Array((json.compact + "\n").utf8))
      guard result.status != 0 else { return }
      log(.warning, "a notification command failed", ["status": "\(result.status)", "error": result.complaint])
    } catch { log(.warning, "a notification command could not be run", ["error": "\(error)"]) }
  }
}
