import Diagnostics
import YAML

/// One entry of `x-davit-jobs`: a container that runs to its end, when somebody asks for it or when it is due.
///
///     x-davit-jobs:
///       backup:
///         service: db                    # whose definition it is; every attribute of a service may stand here and goes over it
///         command: [pg_dump, -f, /backup/now]
///         schedule: "30 3 * * *"
///         timezone: Europe/Berlin
///         concurrency: forbid            # or allow, replace
///         timeout: 10m
///         retries: 2
///
/// The specification's own `jobs:` is not settled (compose-spec/compose-spec#642); the names follow its draft where it has any.
public struct Job: Sendable {
  public enum Concurrency: String, Sendable, CaseIterable {
    /// What is due while it still runs is left out.
    case forbid
    case allow
    /// What runs is stopped first.
    case replace
  }

  public var name: String
  /// The service that it takes its definition from; `nil`: it has one of its own.
  public var service: String?
  public var schedule: Schedule?
  /// A name of the time zone database; `nil`: this machine's.
  public var timeZone: String?
  public var concurrency = Concurrency.forbid
  /// Nanoseconds.
  public var timeout: Int64?
  /// How often it is tried again when it fails.
  public var retries = 0
  /// Attributes of a service.
  let definition: Mapping
  let mark: Mark

  /// Where it is written.
  public var location: SourceLocation? { mark.location }

  static let key = "x-davit-jobs"
  /// The service that a job becomes.
  public var target: String { service ?? name }

  /// What goes over the project's files, so that its service is the job.
  public var overlay: Node {
    var service = Mapping()
    for entry in definition.entries {
      service.append(.init(entry.key, entry.value.escapingVariables, mark: entry.mark))
    }
    func replace(_ key: String, _ value: Node, _ directive: Node.Directive = .none) {
      var value = value
      value.directive = directive
      service[key] = value
    }
    // It runs once, beside what is there, and is reached by nobody.
    replace("restart", Node("no"))
    replace("container_name", Node(.null), .reset)
    replace("scale", Node(.int(1)))
    replace("tty", Node(.bool(false)))
    replace("stdin_open", Node(.bool(false)))
    var deploy = Mapping()
    deploy["replicas"] = Node(.int(1))
    deploy["restart_policy"] = Node(.null, directive: .reset)
    replace("deploy", Node(.mapping(deploy)))
    let ports = service["ports"] ?? Node(.sequence([]))
    replace("ports", ports, .override)
    for key in ["command", "entrypoint"] {
      if let value = service[key] { replace(key, value, .override) }
    }
    let services = Mapping([.init(target, Node(.mapping(service), mark: mark), mark: mark)])
    return Node(.mapping(Mapping([.init("services", Node(.mapping(services), mark: mark))])), mark: mark)
  }
}

extension Node {
  /// Its variables were replaced already; what looks like one now is text.
  fileprivate var escapingVariables: Node {
    var copy = self
    switch value {
    case .string(let text): copy.value = .string(text.doubling("$"))
    case .sequence(let items): copy.value = .sequence(items.map(\.escapingVariables))
    case .mapping(let mapping):
      copy.value = .mapping(
        Mapping(mapping.entries.map { .init($0.key, $0.value.escapingVariables, mark: $0.mark) }))
    default: break
    }
    return copy
  }
}

extension LoadedProject {
  /// The project's jobs, by name.
  /// - Throws: `Failures` with everything that is wrong with them.
  public var jobs: [Job] {
    get throws(Failures) {
      let report = Report()
      let services = tree["services"]?.mapping ?? Mapping()
      guard let entries = tree[Job.key] else { return [] }
      let path = NodePath(keys: Job.key)
      guard let mapping = entries.mapping else {
        throw Failures([
          Failure(
            .invalidInput, "must be a mapping of jobs, not \(entries.kindWithArticle)", subject: path.description,
            location: entries.mark.location)
        ])
      }
      let known = Array(services.keys) + Array(disabledServices.keys)
      let jobs = mapping.entries.sorted { $0.key < $1.key }.compactMap { entry in
        JobDecoder(report: report, path: path.appending(entry.key)).job(entry, services: known)
      }
      try report.stopIfFailed()
      return jobs
    }
  }
}
