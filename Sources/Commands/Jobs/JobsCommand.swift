import Arguments
import Compose
import Diagnostics
import Linux
import Presentation
import Reconciling

/// `davit jobs`: what `x-davit-jobs` says, how it ran and when it is due.
enum JobsCommand {
  static var command: Command {
    Command(
      "jobs", "List the jobs of a project", usage: "[OPTIONS]",
      flags: [.format(), .boolean("quiet", "q", "Only display names")]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let (project, jobs) = try invocation.jobs()
    if invocation.arguments.boolean("quiet") {
      for job in jobs { Output.standard.print(job.name) }
      return ExitStatus.success
    }
    let runs = try invocation.jobHistory(project).runs
    let now = Timestamp.now()
    let rows = try jobs.map { job in
      let run = runs[job.name]
      let next = try job.next(after: now.seconds)
      let end = run?.finishedAt
      let ago = end.map { HumanTime.ago(seconds: Double(now.seconds - $0.seconds)) }
      return JSONValue.object([
        "Name": .string(job.name), "Service": .string(job.service ?? ""),
        "Schedule": .string(job.schedule?.text ?? ""), "LastRun": .string(end?.description ?? ""),
        "ExitCode": run.map { .integer(Int64($0.exitCode)) } ?? .null,
        "Status": .string(run.map { "Exited (\($0.exitCode)) \(ago ?? "")" } ?? "Never ran"),
        "NextRun": .string(next.map { LocalTime.text(Timestamp(seconds: $0, nanoseconds: 0)) } ?? ""),
      ])
    }
    Output.standard.write(
      try invocation.format.render(
        columns: [
          ("NAME", "Name"), ("SERVICE", "Service"), ("SCHEDULE", "Schedule"), ("STATUS", "Status"),
          ("NEXT RUN", "NextRun"),
        ], rows: rows))
    return ExitStatus.success
  }
}

extension Invocation {
  /// The project as far as its jobs need it, and the jobs.
  func jobs() throws -> (project: LoadedProject, jobs: [Job]) {
    var options = try loadOptions()
    options.profiles = ["*"]
    options.resolvesEnvironment = false
    let project = try ProjectLoader(options: options).load()
    warn(project.warnings)
    return (project, try project.jobs)
  }

  func job(_ name: String) throws -> (project: LoadedProject, job: Job) {
    let (project, jobs) = try jobs()
    guard let job = jobs.first(where: { $0.name == name }) else {
      let near = Suggestion.nearest(to: name, among: jobs.map(\.name)).map { "did you mean \($0)?" }
      throw Failure(
        .notFound, "no such job: \(name)",
        hint: near
          ?? (jobs.isEmpty ? "jobs stand under x-davit-jobs" : "there are \(jobs.map(\.name).joined(separator: ", "))"))
    }
    return (project, job)
  }

  func jobHistory(_ project: LoadedProject) throws -> JobHistory {
    try JobHistory(projects: engine().host.root + "/projects", project: project.name)
  }
}
