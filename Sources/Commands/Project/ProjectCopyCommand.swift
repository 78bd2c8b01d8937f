import Arguments
import Diagnostics
import Engine
import Presentation

/// `davit compose cp`: a service's name in place of a container's. What goes in goes into every replica.
enum ProjectCopyCommand {
  static var command: Command {
    Command(
      "cp", "Copy files/folders between a service container and the local filesystem",
      usage: "[OPTIONS] SERVICE:SRC_PATH DEST_PATH|-\n        davit cp [OPTIONS] SRC_PATH|- SERVICE:DEST_PATH",
      flags: [
        .boolean("all", nil, "Include containers created by the run command"),
        .boolean("archive", "a", "Archive mode (copy all uid/gid information)"),
        .boolean("follow-link", "L", "Always follow symbol link in SRC_PATH"), .index,
      ], arity: 2...2, positionals: [.files]
    ) { try run(Invocation($0)) }
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let (source, destination) = (CopyEnd(arguments.positionals[0]), CopyEnd(arguments.positionals[1]))
    let copy = ContainerCopy(
      engine: try invocation.engine(), keepsOwners: arguments.boolean("archive"),
      followsLink: arguments.boolean("follow-link"))
    switch (source, destination) {
    case (.container(let service, let path), .local(let target)):
      let container = try containers(of: service, invocation)[0]
      // An archive on standard output leaves no room for words there, and progress goes to standard error.
      try report(container, "\(service):\(path)", target, invocation) {
        try copy.fetch(path, from: container.id, to: target)
      }
    case (.local(let path), .container(let service, let target)):
      let containers = try containers(of: service, invocation)
      guard path != "-" || containers.count == 1 else {
        throw Failure(
          .invalidInput, "an archive on standard input can be read once, and there are \(containers.count) replicas",
          subject: service, hint: "choose one with --index")
      }
      for container in containers {
        try report(container, path, "\(service):\(target)", invocation) {
          try copy.send(path, to: container.id, at: target)
        }
      }
    case (.container, .container): throw Failure(.invalidInput, "copying between services is not supported")
    case (.local, .local):
      throw Failure(.invalidInput, "unknown copy direction", hint: "write SERVICE:PATH on one side")
    }
    return ExitStatus.success
  }

  /// In the order of their numbers; with `--index` the one that it names.
  private static func containers(of service: String, _ invocation: Invocation) throws -> [ContainerView] {
    let engine = try invocation.engine()
    let scope = try invocation.scope(services: [service])
    if let index = invocation.arguments.integer("index"), index > 0 {
      return [try engine.replica(of: service, in: scope.name, index: index)]
    }
    let all = try engine.containers(
      of: scope.name, services: [service], oneOff: invocation.arguments.boolean("all"))
    guard !all.isEmpty else {
      throw Failure(.notFound, "no container found for service \"\(service)\"", hint: "`davit create` makes them")
    }
    return all.sorted { ($0.record.owner?.number ?? 0) < ($1.record.owner?.number ?? 0) }
  }

  private static func report(
    _ container: ContainerView, _ source: String, _ target: String, _ invocation: Invocation,
    _ work: () throws -> Int64?
  ) throws {
    let title = "\(container.name) copy \(source) to \(target)"
    let reporter = try invocation.reporter("cp")
    defer { reporter.finish() }
    reporter.step(ProgressStep(title, "Copying", .working))
    do {
      let size = invocation.isRehearsal ? nil : try work()
      reporter.step(ProgressStep(title, "Copied", .done, detail: size.map { HumanSize.decimal($0) } ?? ""))
    } catch {
      reporter.step(ProgressStep(title, "Error", .failed))
      throw error
    }
  }
}
