import Arguments
import Diagnostics
import Linux
import Planning
import Reconciling

enum PlanCommand {
  static var command: Command {
    var command = Command(
      "plan", "Show what up would do, and why", usage: "[OPTIONS] [SERVICE...]",
      flags: Invocation.convergence + [
        .text(
          "format", nil, "Format the output. Values: [text | json]", initially: "text",
          values: .words(["text", "json"])),
        .text("output", "o", "Save the plan to a file, for `davit apply`", values: .files),
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
    let project = try invocation.project(services: invocation.targets)
    let engine = try invocation.engine()
    let pulls = try invocation.duePulls(of: project, engine, named: invocation.targets)
    let builds = try invocation.dueBuilds(of: project, engine, named: invocation.targets)
    let options = try invocation.upOptions(scale: invocation.scale())
    let desired = try invocation.desired(project, engine, needsImages: pulls.isEmpty && builds.isEmpty)
    var (plan, observed) = try Reconciler(engine: engine).observedPlan(desired, options)
    if let path = arguments.text("output"), !path.isEmpty {
      try invocation.requireImages(pulls: pulls.map(\.image), builds: builds.map(\.name))
      let saved = SavedPlan(
        plan, made: Timestamp.now().description, madeBy: invocation.origin("plan").user, desired: desired,
        options: options, observed: observed)
      try invocation.save(saved, to: path)
    }
    plan.warnings =
      invocation.warnings(of: plan) + pulls.map { "image \($0.image) would be pulled first" }
      + builds.map { "the image of service \($0.name) would be built first" }
    guard arguments.text("output") != "-" else { return plan.isEmpty ? ExitStatus.success : ExitStatus.changes }
    Output.standard.write(
      format == "json"
        ? try PlanJSON.render(plan) : PlanText(colour: invocation.style(of: .standard).isColoured).render(plan))
    return plan.isEmpty ? ExitStatus.success : ExitStatus.changes
  }
}

extension Invocation {
  /// A saved plan says which image each container is made of, so they have to be here.
  func requireImages(pulls: [String], builds: [String]) throws {
    if let image = pulls.first {
      throw Failure(
        .notFound, "image \(image) has to be pulled before a plan can be saved", hint: "run `davit compose pull` first")
    }
    if let service = builds.first {
      throw Failure(
        .notFound, "the image of service \(service) has to be built before a plan can be saved",
        hint: "run `davit compose build` first")
    }
  }

  /// Only its owner can read it: definitions contain environments.
  func save(_ saved: SavedPlan, to path: String) throws {
    let text = try PlanJSON.render(saved)
    if path == "-" { return Output.standard.write(text) }
    do { try writeAtomically(Array(text.utf8), to: path, mode: 0o600) } catch { throw error.failure.about("--output") }
  }
}
