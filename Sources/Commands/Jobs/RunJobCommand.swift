import Arguments
import Compose
import Diagnostics
import Linux
import Reconciling

/// `davit run-job`: one job, now.
enum RunJobCommand {
  /// What coreutils' timeout(1) says.
  private static let timedOut: Int32 = 124

  static var command: Command {
    Command(
      "run-job", "Run a job of x-davit-jobs to its end", usage: "[OPTIONS] JOB",
      flags: [
        .build, .pull, .quietPull, .removeOrphans,
        .boolean("detach", "d", "Run container in background and print container ID"),
        .boolean("interactive", "i", "Keep STDIN open").hidden,
        .text("name", nil, "Assign a name to the container"),
        .boolean("no-deps", nil, "Don't start what the job depends on"),
        .boolean("quiet", "q", "Don't say what is done, only what the job prints"),
        .boolean("rm", nil, "Remove the container when it exits", initially: true),
        .boolean("use-aliases", nil, "Use the service's network aliases").hidden,
      ], arity: 1...1, positionals: [.query(["jobs", "-q"])]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let (loaded, job) = try invocation.job(invocation.arguments.positionals[0])
    var options = try invocation.loadOptions(services: [job.target])
    options.overlay = job.overlay
    let project = try Project(try ProjectLoader(options: options).load())
    let engine = try invocation.engine()
    if invocation.isRehearsal {
      return try OneOff(invocation, project, job.target, engine, kind: "job", of: job.name).run()
    }
    let history = try invocation.jobHistory(loaded)
    let started = Timestamp.now()
    var attempt = 0
    while true {
      attempt += 1
      let run = try OneOff(invocation, project, job.target, engine, kind: "job", of: job.name)
      let status = try run.run(within: job.timeout, otherwise: timedOut)
      if invocation.arguments.boolean("detach") { return status }
      // Somebody who stops it does not want it again.
      if status == ExitStatus.success || status == ExitStatus.interrupted || attempt > job.retries {
        try history.record(
          JobRun(startedAt: started, finishedAt: .now(), exitCode: status, attempts: attempt), of: job.name)
        if status == timedOut { invocation.warn("the job \(job.name) was ended: its time was over") }
        return status
      }
      invocation.warn("the job \(job.name) ended with \(status), trying again (\(attempt) of \(job.retries))")
    }
  }
}
