import Building
import Diagnostics
import Engine
import Linux

/// The engine and the session of a build, each opened when it is first needed: a check of a Dockerfile needs neither.
final class BuildPlace {
  private let invocation: Invocation
  private var known: (engine: Engine, session: BuildSession)?

  init(_ invocation: Invocation) { self.invocation = invocation }

  func open() throws -> (engine: Engine, session: BuildSession) {
    if let known { return known }
    let engine = try invocation.engine()
    let opened = (engine, try BuildSession(engine))
    known = opened
    return opened
  }

  /// Gives the session up: what it kept for the build goes.
  /// - Returns: the engine.
  func close() throws -> Engine {
    let engine = try known?.engine ?? invocation.engine()
    known = nil
    return engine
  }

  /// `nil` for people who may not use it.
  var engineIfPrivileged: Engine? { known?.engine ?? (try? invocation.engine()) }
}
