import Arguments
import Building
import Compose
import Diagnostics
import Engine

/// `davit compose build`, as `docker compose build`.
enum ProjectBuildCommand {
  static var command: Command {
    Command(
      "build", "Build or rebuild services", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .list("build-arg", nil, "Set build-time variables for services"),
        .text("builder", nil, "Set builder to use").refused(because: "Davit builds by itself"),
        .boolean("check", nil, "Check build configuration"),
        .boolean("compress", nil, "Compress the build context, which is sent nowhere here", initially: true).hidden,
        .boolean("force-rm", nil, "Always remove intermediate containers").hidden,
        .text("memory", "m", "Set memory limit for the build container", placeholder: "bytes")
          .refused(because: "docker compose's builder knows no such limit either").hidden,
        .boolean("no-cache", nil, "Do not use cache when building the image"),
        .boolean("no-rm", nil, "Keep intermediate containers after a successful build")
          .refused(because: "builds leave no containers").hidden,
        .boolean("parallel", nil, "Build images that do not need each other side by side", initially: true).hidden,
        .boolean("print", nil, "Print equivalent bake file").refused(because: "there is no bake here"),
        .text(
          "progress", nil, "Set type of progress output", values: .words(["auto", "tty", "plain", "json", "quiet"])
        )
        .hidden,
        .text("provenance", nil, "Add a provenance attestation"),
        .boolean("pull", nil, "Always attempt to pull a newer version of the image"),
        .boolean("push", nil, "Push service images"),
        .boolean("quiet", "q", "Suppress the build output"),
        .list("ssh", nil, "Set SSH authentications used when building service images"),
        .text("sbom", nil, "Add a SBOM attestation"),
        .boolean("with-dependencies", nil, "Also build dependencies (transitively)"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let project = try invocation.project(services: arguments.positionals)
    let engine = try invocation.engine()
    let builds = ProjectBuilds(invocation: invocation, project: project, engine: engine)
    let services = project.services.filter {
      arguments.positionals.isEmpty || arguments.boolean("with-dependencies")
        || arguments.positionals.contains($0.name)
    }
    if invocation.isRehearsal {
      let images = try builds.ordered(services).map { "Image \(builds.imageName($0))" }
      return try invocation.rehearse(images, ("Building", "Built"))
    }
    if services.allSatisfy({ $0.workload.build == nil }) { invocation.warn("No services to build") }
    if arguments.boolean("check") {
      let results = try builds.ordered(services).map { try builds.check($0) }
      return results.allSatisfy(\.self) ? ExitStatus.success : ExitStatus.failure
    }
    let given = try BuildFlags.pairs(arguments.list("build-arg"), invocation)
    let agents = try BuildFlags.agents(arguments.list("ssh"), invocation)
    let pushed = arguments.boolean("push") ? try OutputSpecification("type=registry") : nil
    let (provenance, sbom) = (arguments.text("provenance"), arguments.text("sbom"))
    try builds.build(services, quiet: arguments.boolean("quiet"), isForThisMachine: false) { service, run in
      if provenance != nil || sbom != nil {
        let build = try service.buildDefinition()
        run.request.attestations = try AttestationFlags.options(
          [], provenance: provenance ?? build?.provenance, sbom: sbom ?? build?.sbom)
      }
      run.request.arguments.merge(given) { $1 }
      run.request.agents.merge(agents) { $1 }
      if arguments.boolean("no-cache") { run.request.usesCache = false }
      if arguments.boolean("pull") { run.pulls = true }
      if let pushed { run.outputs = [pushed] }
    }
    return ExitStatus.success
  }
}
