import Arguments
import Diagnostics
import Engine
import Planning
import Reconciling

enum RollbackCommand {
  static var command: Command {
    var command = Command(
      "rollback", "Go back to what was applied earlier", usage: "[OPTIONS] [GENERATION]",
      flags: [.keep, .timeout, .yes], arity: 0...1
    ) { try run(Invocation($0)) }
    command.details = """
      Without a generation: the last one that succeeded before the current one. Roll-outs go by rollback_config. Going back
      makes a new generation, so it can be taken back, too. What the generation did not know is removed; volumes stay.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let name = try invocation.scope().name
    let number = try invocation.arguments.positionals.first.map(Generation.number)
    let engine = try invocation.engine()
    let reconciler = Reconciler(engine: engine)
    var options = UpOptions()
    options.timeout = try invocation.seconds("timeout")
    let (desired, wanted) = try reconciler.rollBackTarget(name, to: number, options)
    try requireImages(of: desired, engine)
    if invocation.isRehearsal {
      return try invocation.rehearse(reconciler.plan(desired, wanted), by: reconciler, desired)
    }
    return try invocation.interruptible { cancellation in
      let reporter = try invocation.reporter("rollback")
      var execution = try invocation.announcing(invocation.execution(reporter, cancellation), reporter)
      execution.origin = invocation.origin("rollback" + (number.map { " \($0)" } ?? ""))
      execution.keep = try invocation.keep()
      defer { reporter.finish() }
      let report = try reconciler.up(desired, wanted, execution)
      reporter.finish()
      return invocation.conclude(report)
    }
  }

  private static func requireImages(of desired: Desired, _ engine: Engine) throws {
    for (service, image, id) in desired.images where !id.isEmpty {
      do { _ = try engine.images.resolve(id, platform: nil) } catch let failure as Failure
        where failure.code == .notFound
      {
        throw Failure(
          .notFound, "image \(image) (\(id.prefix(19))…) of that generation is not on this machine any more",
          subject: "service \(service)")
      }
    }
  }
}
