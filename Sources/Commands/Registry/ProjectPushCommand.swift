import Arguments
import Compose
import Diagnostics
import Engine
import Images
import Linux
import OCI
import Presentation
import Registry

/// `davit compose push`, as `docker compose push`: the images that the project's services build.
enum ProjectPushCommand {
  static var command: Command {
    Command(
      "push", "Push service images", usage: "[OPTIONS] [SERVICE...]",
      flags: [
        .boolean("ignore-push-failures", nil, "Push what it can and ignores images with push failures"),
        .boolean("include-deps", nil, "Also push images of services declared as dependencies"),
        .boolean("quiet", "q", "Push without printing progress information"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let project = try invocation.project(services: arguments.positionals)
    let services = project.services.filter {
      arguments.positionals.isEmpty || arguments.boolean("include-deps") || arguments.positionals.contains($0.name)
    }
    if invocation.isRehearsal {
      return try invocation.rehearse(images(of: services).map { "Image \($0)" }, ("Pushing", "Pushed"))
    }
    let failed = try push(services, invocation, quiet: arguments.boolean("quiet"))
    if arguments.boolean("ignore-push-failures") {
      invocation.warn(failed.map { Warning($0.description) })
      return ExitStatus.success
    }
    guard failed.isEmpty else { throw Failures(failed) }
    return ExitStatus.success
  }

  /// What is built has a name to be pushed under, each once.
  private static func images(of services: [Service]) -> [String] {
    var images: [String] = []
    for service in services where service.workload.build != nil {
      let image = service.workload.container.image
      if !image.isEmpty, !images.contains(image) { images.append(image) }
    }
    return images
  }

  /// Pushes the images that services build.
  /// - Returns: what could not be pushed.
  static func push(_ services: [Service], _ invocation: Invocation, quiet: Bool) throws -> [Failure] {
    let store = try invocation.engine().images
    return try invocation.interruptible { cancellation in
      let reporter = try invocation.reporter("push", quiet: quiet)
      defer { reporter.finish() }
      for service in services where images(of: [service]).isEmpty {
        reporter.step(ProgressStep(service.name, "Skipped", .done))
      }
      let registries = invocation.registries(cancellation)
      let results = WorkerPool.map(images(of: services), limit: 2) { image in
        let id = "Image \(image)"
        reporter.step(ProgressStep(id, "Pushing", .working))
        do {
          let reference = try Reference(image).tagged
          let contents = try store.pushContents(reference)
          try registries.repository(reference).push(contents, as: reference.tag ?? Reference.defaultTag) { progress in
            if reporter.mode != .plain { reporter.step(ProgressStep(progress)) }
          }
          reporter.step(ProgressStep(id, "Pushed", .done))
        } catch {
          reporter.step(ProgressStep(id, "Error", .failed, detail: Failure(error).message))
          throw Failure(error, subject: "image \(image)")
        }
      }
      return results.compactMap { result in
        if case .failure(let error) = result { return Failure(error) }
        return nil
      }
    }
  }
}
