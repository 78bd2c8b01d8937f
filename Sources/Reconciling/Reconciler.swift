import Diagnostics
import Engine
import Planning

/// Makes a machine have what a project wants: observe, plan, carry out.
public struct Reconciler: Sendable {
  public let platform: any Platform
  /// The folder with what is remembered of each project; `nil`: nothing is remembered or locked.
  public let projects: String?

  public init(platform: any Platform, projects: String? = nil) {
    self.platform = platform
    self.projects = projects
  }
}

// Each reads the machine and writes nothing.
extension Reconciler {
  /// What `up` would do.
  public func plan(_ desired: Desired, _ options: UpOptions = UpOptions()) throws -> Plan {
    throw Failure(.unsupported, "planning is not built yet")
  }

  /// What `down` would do.
  /// - Parameter desired: the project as its file says; `nil` where there is only a name, and what was applied last is
  ///   asked for the order.
  public func planDown(_ project: String, _ desired: Desired?, _ options: DownOptions = DownOptions()) throws -> Plan {
    throw Failure(.unsupported, "planning is not built yet")
  }

  /// What `start`, `stop`, `restart` or `rm` would do.
  public func plan(
    _ operation: Plan.Operation, _ project: String, _ desired: Desired?, _ selection: Selection = Selection()
  ) throws -> Plan {
    throw Failure(.unsupported, "planning is not built yet")
  }
}

// Each plans, takes the project's lock when there is something to do, plans again under it, and carries the plan out.
extension Reconciler {
  public func up(_ desired: Desired, _ options: UpOptions = UpOptions(), _ execution: Execution = Execution()) throws
    -> Report
  {
    throw Failure(.unsupported, "planning is not built yet")
  }

  public func down(
    _ project: String, _ desired: Desired?, _ options: DownOptions = DownOptions(),
    _ execution: Execution = Execution()
  ) throws -> Report {
    throw Failure(.unsupported, "planning is not built yet")
  }

  /// `start`, `stop`, `restart` or `remove`.
  public func run(
    _ operation: Plan.Operation, _ project: String, _ desired: Desired?, _ selection: Selection = Selection(),
    _ execution: Execution = Execution()
  ) throws -> Report {
    throw Failure(.unsupported, "planning is not built yet")
  }

  /// Carries out a plan as it is.
  public func apply(_ plan: Plan, _ execution: Execution = Execution()) throws -> Report {
    throw Failure(.unsupported, "planning is not built yet")
  }
}

extension Reconciler {
  /// This machine.
  public init(engine: Engine) throws {
    throw Failure(.unsupported, "planning is not built yet")
  }
}
