import Diagnostics
import Engine
import Linux
import Planning

extension Reconciler {
  /// What is not as it was applied.
  /// - Parameter read: the bytes that a secret or config has now; `nil` where they cannot be read.
  public func drift(
    _ project: String, _ engine: Engine, imageID: @escaping (String, String?) -> String?,
    digest: @escaping (DesiredFile) -> String?
  ) throws -> Drift {
    guard let applied = try applied(project) else {
      throw Failure(
        .notFound, "nothing is known of what was applied", subject: "project \(project)",
        hint: "`davit up` applies it and remembers")
    }
    let damage = try engine.networkDamage(of: engine.containers(project: project)).map { damage in
      Drift.Item(
        ObjectReference(damage.isContainer ? .container : .network, damage.name),
        damage.kind == .network ? .network : .firewall, [damage.reason])
    }
    let observed = try platform.observe(project: project, desired: applied)
    return try Drift(
      of: applied, generation: history(project)?.numbers.last, observed,
      Drift.Surroundings(imageID: imageID, digest: digest, damage: damage))
  }
}
