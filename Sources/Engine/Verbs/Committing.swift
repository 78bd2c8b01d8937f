import Diagnostics
import Images
import Linux
import OCI

/// What is asked of `commit`.
public struct CommitOptions: Sendable {
  public var name: Reference?
  public var author: String?
  public var message: String?
  /// Instructions of a Dockerfile: `CMD …`, `ENV …`.
  public var changes: [String] = []
  /// Let its programs stand still while their files are read.
  public var pauses = true

  public init() {}
}

extension Engine {
  /// Makes an image of a container: its image's layers, what it changed, and how it is run.
  public func commit(_ id: String, _ options: CommitOptions) throws -> Image {
    try host.requirePrivileges()
    let record = try record(id)
    let parent = try image(for: record.spec)
    let hold = try images.hold()
    defer { hold.release() }
    var request = CommitRequest(
      changes: try? Descriptor.open(host.container(record.id).upper, [.directory]), parent: parent,
      execution: execution(of: record, parent))
    request.instructions = options.changes
    request.author = options.author
    request.comment = options.message
    request.createdBy = record.arguments.joined(separator: " ")
    request.name = options.name
    let view = view(of: record)
    // One that ends before it can be paused stands still, too.
    let pauses = options.pauses && view.state == .running && (try? pause(record.id)) != nil
    let made: Image
    do {
      defer { if pauses { try? unpause(record.id) } }
      made = try images.commit(request)
    } catch { throw Failure(error).of(container: record.name) }
    note(
      "commit", record,
      ["comment": options.message ?? "", "imageID": made.id.description]
        .merging(options.name.map { ["imageRef": $0.tagged.description] } ?? [:]) { $1 })
    return made
  }

  /// The image's own settings with what was asked for beside them.
  private func execution(of record: ContainerRecord, _ parent: Image) -> ExecutionParameters {
    let spec = record.spec
    var execution = parent.execution
    execution.entrypoint = record.entrypointLength == 0 ? nil : Array(record.arguments.prefix(record.entrypointLength))
    let command = Array(record.arguments.dropFirst(record.entrypointLength))
    execution.command = command.isEmpty ? nil : command
    for (name, value) in spec.environment.sorted(by: { $0.key < $1.key }) {
      let entry = "\(name)=\(value)"
      if let index = execution.environment.firstIndex(where: { $0.hasPrefix(name + "=") }) {
        execution.environment[index] = entry
      } else {
        execution.environment.append(entry)
      }
    }
    execution.labels.merge(spec.labels) { $1 }
    if let user = spec.user { execution.user = user }
    if let folder = spec.workingDirectory { execution.workingDirectory = folder }
    if let signal = spec.stopSignal { execution.stopSignal = signal }
    execution.exposedPorts.formUnion(spec.expose.map { $0.contains("/") ? $0 : "\($0)/tcp" })
    execution.exposedPorts.formUnion(spec.ports.map { "\($0.containerPort)/\($0.transport.rawValue)" })
    for use in record.volumes where use.anonymous { execution.volumes.insert(use.target) }
    return execution
  }
}
