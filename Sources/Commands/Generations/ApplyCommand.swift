import Arguments
import Diagnostics
import FoundationEssentials
import Linux
import OCI
import Planning
import Reconciling

enum ApplyCommand {
  static var command: Command {
    var command = Command(
      "apply", "Carry out a plan that was saved", usage: "[OPTIONS] PLAN", flags: [.keep, .yes, waitTimeout],
      arity: 1...1, positionals: [.files]
    ) { try run(Invocation($0)) }
    command.details = """
      Does exactly what `davit plan -o PLAN` saved, and refuses, naming what moved, when the machine is not as it was then.
      `-` reads the plan from standard input.
      """
    return command
  }

  private static let waitTimeout = Flag.integer(
    "wait-timeout", nil, "Maximum duration in seconds to wait for containers to be running|healthy")

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let path = invocation.arguments.positionals[0]
    let saved = try read(path)
    let engine = try invocation.engine()
    let contents = try contents(of: saved, invocation)
    for image in Set(saved.plan.images) {
      do { _ = try engine.images.resolve(image, platform: nil) } catch let failure as Failure
        where failure.code == .notFound
      {
        throw Failure(
          .conflict, "image \(image) is not on this machine any more", subject: "plan", hint: "make the plan again")
      }
    }
    let reconciler = Reconciler(engine: engine)
    if invocation.isRehearsal { return try invocation.rehearse(saved.plan, by: reconciler, saved.desired) }
    return try invocation.interruptible { cancellation in
      let reporter = try invocation.reporter("apply")
      var execution = try invocation.announcing(invocation.execution(reporter, cancellation), reporter)
      execution.waitTimeout = try invocation.waitTimeout()
      execution.origin = invocation.origin("apply \(path)")
      execution.keep = try invocation.keep()
      defer { reporter.finish() }
      let report = try reconciler.apply(saved, contents: { contents[$0] }, execution)
      reporter.finish()
      return invocation.conclude(report)
    }
  }

  private static func read(_ path: String) throws -> SavedPlan {
    let bytes: [UInt8]
    do {
      bytes = path == "-" ? try Descriptor.borrowing(0).readAll() : try readFile(path)
    } catch { throw Failure(.notFound, "it cannot be read", subject: path, causes: ["\(error)"]) }
    do { return try PlanJSON.readSaved(bytes) } catch let failure as Failure { throw failure.about(path) }
  }

  /// Bytes of the secrets and configs that are to be made, read where they were read for the plan.
  private static func contents(of saved: SavedPlan, _ invocation: Invocation) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for file in saved.desired.files where saved.plan.missingContents.contains(file.digest) {
      let subject = "\(file.kind.rawValue) \(file.name)"
      let bytes: [UInt8]
      switch file.origin {
      case .file(let path):
        do { bytes = try readFile(path) } catch {
          throw Failure(.conflict, "\(path) cannot be read any more", subject: subject, causes: ["\(error)"])
        }
      case .environment(let name): bytes = Array((invocation.variable(name) ?? "").utf8)
      case .content(let text): bytes = Array(text.utf8)
      }
      guard Digest.sha256(of: bytes).description == file.digest else {
        throw Failure(
          .conflict, "its content is not what it was when the plan was made", subject: subject,
          hint: "make the plan again")
      }
      contents[file.digest] = bytes
    }
    return contents
  }
}

extension Plan {
  /// Digests of the images that its containers are made of.
  fileprivate var images: [String] {
    changes.compactMap { change in
      if case .createContainer(let creation) = change.action, !creation.spec.imageID.isEmpty {
        creation.spec.imageID
      } else {
        nil
      }
    }
  }
}
