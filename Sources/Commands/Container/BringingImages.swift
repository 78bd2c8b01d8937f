import Diagnostics
import Engine
import Images
import OCI
import Presentation
import Registry

extension Invocation {
  /// The image of a container that is to be made; fetched where `--pull` says so. What happens is told on standard error:
  /// standard output is the container's.
  func image(_ name: String, platform: String?, policy: String, _ engine: Engine) throws -> Image {
    let wanted = try platform.map { try Platform($0) }
    guard ["always", "missing", "never"].contains(policy) else {
      throw arguments.invalid(
        "pull", "invalid pull option: '\(policy)': must be one of \"always\", \"missing\" or \"never\"")
    }
    if policy != "always" {
      do { return try engine.images.resolve(name, platform: wanted) } catch let failure as Failure
        where failure.code == .notFound
      {
        guard policy == "missing" else {
          throw Failure(.notFound, "no such image: \(name)")
        }
      }
    }
    let reference = try Reference(name).tagged
    let isQuiet = arguments.boolean("quiet")
    if policy == "missing", !isQuiet {
      Output.error.print("Unable to find image '\(reference.familiar)' locally")
    }
    return try interruptible { cancellation in
      let registries = registries(cancellation, insecure: reference.domain)
      var request = PullRequest(reference, from: try registries.source(reference), platform: wanted)
      let reporter = try reporter("pull", quiet: isQuiet)
      if !isQuiet {
        Output.error.print("\(reference.digest?.description ?? reference.tag!): Pulling from \(reference.path)")
        request.progress = { progress in
          if reporter.mode == .plain {
            if let line = progress.line { Output.error.print(line) }
          } else {
            reporter.step(ProgressStep(progress))
          }
        }
      }
      defer { reporter.finish() }
      let result = try engine.images.pull(request)
      reporter.finish()
      warn(result.warnings)
      if !isQuiet {
        let status = result.wasUpToDate ? "Image is up to date" : "Downloaded newer image"
        Output.error.print("Digest: \(result.digest)\nStatus: \(status) for \(reference.familiar)")
      }
      engine.note(Event(.image, "pull", id: reference.familiar, attributes: ["name": reference.familiarName]))
      return try engine.images.resolve(name, platform: wanted)
    }
  }
}
