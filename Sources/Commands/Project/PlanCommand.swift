import Arguments
import Diagnostics
import Planning
import Reconciling

enum PlanCommand {
  static var command: Command {
    var command = Command(
      "plan", "Show what up would do, and why", usage: "[OPTIONS] [SERVICE...]",
      flags: Invocation.convergence + [
        .text(
          "format", nil, "Format the output. Values: [text | json]", initially: "text",
          values: .words(["text", "json"]))
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
    command.details = "Changes nothing. The exit status is 0 when there is nothing to do and 2 when there is."
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let format = arguments.text("format") ?? "text"
    guard ["text", "json"].contains(format) else {
      throw Failure(.invalidInput, "unsupported format: \(format)", subject: "--format", hint: "use text or json")
    }
    let project = try invocation.project(services: arguments.positionals)
    let engine = try invocation.engine()
    let pulls = try invocation.duePulls(of: project, engine)
    let builds = try invocation.dueBuilds(of: project, engine)
    var plan = try Reconciler(engine: engine).plan(
      invocation.desired(project, engine, needsImages: pulls.isEmpty && builds.isEmpty),
      invocation.upOptions(scale: invocation.scale()))
    plan.warnings =
      invocation.warnings(of: plan) + pulls.map { "image \($0.image) would be pulled first" }
      + builds.map { "the image of service \($0.name) would be built first" }
    Output.standard.write(
      format == "json"
        ? try PlanJSON.render(plan) : PlanText(colour: invocation.style(of: .standard).isColoured).render(plan))
    return plan.isEmpty ? ExitStatus.success : ExitStatus.changes
  }
}
