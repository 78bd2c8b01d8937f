import Diagnostics
import Engine
import Linux
import Planning
import Spec

extension LocalPlatform {
  public func runHook(
    _ id: String, _ hook: HookSpec, cancellation: Cancellation?, output: @Sendable ([UInt8]) -> Void
  ) throws -> Int32 {
    try engine.run(hook, in: id, cancellation: cancellation, output: output)
  }

  public func prepare(
    _ creation: ContainerCreation, of id: String, project: String, cancellation: Cancellation?,
    output: @Sendable ([UInt8]) -> Void
  ) throws -> Int32 {
    var spec = creation.spec
    // The bytes of secrets and configs are where the service's container has them.
    for index in spec.files.indices where spec.files[index].hostPath == nil {
      spec.files[index].hostPath = try engine.filePath(index, of: id)
    }
    let owner = Ownership(project: project, service: creation.service, number: 0, oneOff: true)
    try removeEarlierTry(spec.name, owner)
    let step = try engine.create(spec, owner: owner).id
    do {
      let (status, text) = try engine.runToEnd(step, cancellation: cancellation)
      output(text)
      if status == 0 { try engine.remove(step, force: true, volumes: true) }
      return status
    } catch {
      try? engine.remove(step, force: true, volumes: true)
      throw error
    }
  }

  private func removeEarlierTry(_ name: String, _ owner: Ownership) throws {
    do {
      let view = try engine.container(name)
      guard view.name == name, view.record.owner == owner else { return }
      try engine.remove(view.id, force: true, volumes: true)
    } catch let failure as Failure where failure.code == .notFound { return }
  }
}
