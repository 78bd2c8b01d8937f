import Diagnostics
import Engine
import Linux
import Presentation

extension Invocation {
  /// Does one thing to several containers at once and shows it.
  /// - Parameter words: what is shown while it is done, and when it is: `Pausing`, `Paused`.
  func each(
    _ containers: [ContainerView], _ words: (doing: String, done: String),
    _ work: @escaping @Sendable (ContainerView) throws -> Void
  ) throws -> Int32 {
    let reporter = try reporter(arguments.command.name)
    defer { reporter.finish() }
    let results = WorkerPool.map(containers, limit: 16) { container in
      let id = "Container \(container.name)"
      reporter.step(ProgressStep(id, words.doing, .working))
      do { if !isRehearsal { try work(container) } } catch {
        reporter.step(ProgressStep(id, "Error", .failed))
        throw error
      }
      reporter.step(ProgressStep(id, words.done, .done))
    }
    reporter.finish()
    var status = ExitStatus.success
    for case .failure(let error) in results { status = Program.report(error) }
    return status
  }

  /// The containers of the project's services that a command is about.
  func selected(_ services: [String], all: Bool = false, where isWanted: (ContainerView) -> Bool = { _ in true }) throws
    -> (engine: Engine, scope: Scope, containers: [ContainerView])
  {
    let scope = try scope(services: services)
    let engine = try engine()
    return (engine, scope, try engine.containers(of: scope.name, services: services, all: all).filter(isWanted))
  }
}
