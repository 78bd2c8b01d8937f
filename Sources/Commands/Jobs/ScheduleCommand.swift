import Arguments
import Compose
import Diagnostics
import Linux
import Synchronization

/// `davit schedule`: stays in the foreground and runs jobs when they are due, each in a process of its own, so that a unit
/// of systemd or a terminal is all that it needs.
enum ScheduleCommand {
  static var command: Command {
    Command(
      "schedule", "Run the jobs of a project when they are due, until interrupted", usage: "[OPTIONS] [JOB...]",
      flags: [], arity: .atLeast(0), positionals: [.query(["jobs", "-q"])]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let (due, files) = try scheduled(invocation)
    if invocation.arguments.boolean("dry-run") {
      for job in due {
        let next = try job.next(after: Timestamp.now().seconds)
        Output.standard.print(
          "\(job.name) would run \(next.map { LocalTime.text(Timestamp(seconds: $0, nanoseconds: 0)) } ?? "never")")
      }
      return ExitStatus.success
    }
    let runner = ScheduleRunner(invocation) { try scheduled(invocation) }
    return try invocation.interruptible { try runner.run(due, files, $0) }
  }

  /// The jobs that the command line is about, and the files that say when they are due.
  private static func scheduled(_ invocation: Invocation) throws -> (jobs: [Job], files: [String]) {
    let names = invocation.arguments.positionals
    for name in names { _ = try invocation.job(name) }
    let (project, all) = try invocation.jobs()
    let jobs = all.filter { names.isEmpty || names.contains($0.name) }
    if let job = jobs.first(where: { $0.schedule == nil && names.contains($0.name) }) {
      throw Failure(.invalidInput, "the job has no `schedule`", subject: job.name, hint: "`davit run-job` runs it now")
    }
    let due = jobs.filter { $0.schedule != nil }
    guard !due.isEmpty else { throw Failure(.notFound, "no job of this project has a `schedule`") }
    return (due, project.files + project.environmentFiles + ["\(project.workingDirectory)/.env"])
  }
}
