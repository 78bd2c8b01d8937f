import Arguments
import Diagnostics
import Engine
import Images
import OCI
import Presentation
import Registry

/// `davit pull IMAGE`, as `docker pull`. The images of a project are pulled by `davit compose pull`.
enum PullCommand {
  static var command: Command {
    var command = Command(
      "pull", "Download an image from a registry", usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
      flags: [
        .boolean("all-tags", "a", "Download all tagged images in the repository"), .contentTrust, .platform,
        .text(
          "policy", nil, "When to ask the registry (\"always\"|\"missing\"|\"newer\"|\"never\")", initially: "always",
          values: .words(Policy.allCases.map(\.rawValue))),
        .boolean("quiet", "q", "Suppress verbose output"), .verifyTLS,
      ], arity: 1...1
    ) { try run(Invocation($0)) }
    command.details = "The images of a project are pulled by `davit compose pull`."
    return command
  }

  /// As podman's `--policy`.
  private enum Policy: String, CaseIterable {
    /// The image here serves when the registry cannot give another.
    case always, missing, newer, never
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    try invocation.refuseContentTrust()
    let reference = try Reference(arguments.positionals[0])
    let platform = try invocation.platform()
    guard let policy = Policy(rawValue: arguments.text("policy") ?? "always") else {
      throw Failure(
        .invalidInput, "unsupported pull policy: \(arguments.text("policy")!)", subject: "--policy",
        hint: Policy.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let store = try invocation.engine().images
    return try invocation.interruptible { cancellation in
      let registries = invocation.registries(cancellation, insecure: reference.domain)
      var references = [reference.tagged]
      if arguments.boolean("all-tags") {
        guard reference.tag == nil, reference.digest == nil else {
          throw Failure(.invalidInput, "tag can't be used with --all-tags/-a")
        }
        references = try registries.repository(reference).tags().map {
          Reference(domain: reference.domain, path: reference.path, tag: $0)
        }
        if references.isEmpty { throw Failure(.notFound, "the repository has no tags", subject: reference.familiar) }
      } else if reference.tag == nil, reference.digest == nil, !arguments.boolean("quiet") {
        Output.standard.print("Using default tag: \(Reference.defaultTag)")
      }
      for reference in references {
        if try isThere(reference, platform, store, policy) {
          if !arguments.boolean("all-tags") { Output.standard.print(reference.description) }
          continue
        }
        do { try pull(reference, registries, platform, store, invocation) } catch {
          guard policy == .newer, (try? store.resolve(reference.description, platform: platform)) != nil else {
            throw error
          }
          invocation.warn("the image that is here is used: \(error)")
          Output.standard.print(reference.description)
        }
      }
      if arguments.boolean("all-tags") { Output.standard.print(reference.description) }
      return ExitStatus.success
    }
  }

  /// Whether the policy is content with what is here. Throws where nothing is and nobody may be asked.
  private static func isThere(_ reference: Reference, _ platform: Platform?, _ store: ImageStore, _ policy: Policy)
    throws
    -> Bool
  {
    guard policy == .missing || policy == .never else { return false }
    do {
      _ = try store.resolve(reference.description, platform: platform)
      return true
    } catch let failure as Failure where failure.code == .notFound && policy == .missing { return false }
  }

  private static func pull(
    _ reference: Reference, _ registries: Registries, _ platform: Platform?, _ store: ImageStore,
    _ invocation: Invocation
  ) throws {
    let isQuiet = invocation.arguments.boolean("quiet")
    var request = PullRequest(reference, from: try registries.source(reference), platform: platform)
    let reporter = try invocation.reporter("pull", quiet: isQuiet)
    if !isQuiet {
      Output.standard.print("\(reference.digest?.description ?? reference.tag!): Pulling from \(reference.path)")
      request.progress = { progress in
        if reporter.mode == .plain {
          if let line = progress.line { Output.standard.print(line) }
        } else {
          reporter.step(ProgressStep(progress))
        }
      }
    }
    defer { reporter.finish() }
    let result = try store.pull(request)
    reporter.finish()
    invocation.warn(result.warnings)
    if !isQuiet {
      let status = result.wasUpToDate ? "Image is up to date" : "Downloaded newer image"
      Output.standard.print("Digest: \(result.digest)\nStatus: \(status) for \(reference.familiar)")
    }
    if !invocation.arguments.boolean("all-tags") { Output.standard.print(reference.description) }
  }
}
