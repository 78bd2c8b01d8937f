import Diagnostics
import Dockerfile
import Images
import OCI

/// Checks the Dockerfile of a build against the rules of `Checks`, with what is known of the build around it.
public struct DockerfileCheck {
  private let request: BuildRequest
  private let images: ImageStore?

  /// - Parameter images: where base images may be; only those that are here say what they bring along.
  public init(_ request: BuildRequest, images: ImageStore?) {
    self.request = request
    self.images = images
  }

  /// - Returns: what was found, and whether that is to fail a build.
  public func run() throws(Failure) -> (findings: [CheckFinding], failsBuild: Bool) {
    let tree = try request.dockerfile.tree()
    let recipe = try request.dockerfile.recipe()
    var checks: Checks
    do { checks = try Checks(tree, recipe) } catch { throw request.dockerfile.failure(error.message, at: error.lines) }
    checks.arguments = request.arguments
    checks.ignored = request.context.ignored
    checks.isImageName = { name in
      name == "scratch" || recipe.stages.contains { $0.name == name.lowercased() } || (try? Reference(name)) != nil
    }
    let platform = request.platform ?? .host
    for (name, value) in PredefinedArguments.platform(platform) { checks.predefined[name] = value }
    checks.predefined["TARGETSTAGE"] = "default"
    if let graph = try? StageGraph(recipe, request) {
      checks.reached = Set(graph.order)
      for index in graph.order {
        if let base = base(graph.bases[index]!) { checks.bases[index] = base }
      }
    }
    return (checks.run(), checks.failsBuild)
  }

  private func base(_ base: StageGraph.Base) -> Checks.Base? {
    guard case .image(let name, let platform) = base,
      let image = try? images?.resolve(request.imageContexts[name] ?? name, platform: platform)
    else { return nil }
    let variables = image.execution.environment.map { String($0.prefix { $0 != "=" }) }
    return Checks.Base(variables: variables, hasShell: image.execution.shell != nil)
  }
}
