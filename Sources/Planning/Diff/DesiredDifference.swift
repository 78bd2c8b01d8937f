import Spec

/// How one object of a project differs between two desired states.
public struct ObjectDifference: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable { case added, removed, changed }

  public var object: ObjectReference
  public var change: Kind
  /// Field by field; empty for what is added or removed.
  public var reasons: [Reason]
}

/// All differences between two desired states. The JSON form has a version, as a plan's.
public struct DesiredDifference: Codable, Hashable, Sendable {
  public static let formatVersion = 1

  public var version = DesiredDifference.formatVersion
  public var from: String
  public var to: String
  public var differences: [ObjectDifference]

  /// - Parameter machineOnly: one of both was read off a machine, which knows of containers but not of what only a
  ///   project file says (dependencies, roll-out policies).
  public init(from: String, _ before: Desired, to: String, _ after: Desired, machineOnly: Bool = false) {
    self.from = from
    self.to = to
    differences =
      Self.compare(before.networks, after.networks, .network, key: \.key, name: \.spec.name) { old, new in
        SpecComparison(network: old.spec, new.spec, key: new.key).reasons
      }
      + Self.compare(before.volumes, after.volumes, .volume, key: \.key, name: \.spec.name) { old, new in
        SpecComparison(volume: old.spec, new.spec, key: new.key).reasons
      }
      + Self.compare(before.services, after.services, .service, key: \.name, name: \.name) { old, new in
        Self.compare(old, new, machineOnly: machineOnly)
      }
  }

  private static func compare<Object>(
    _ before: [Object], _ after: [Object], _ kind: ObjectReference.Kind, key: KeyPath<Object, String>,
    name: KeyPath<Object, String>, _ reasons: (Object, Object) -> [Reason]
  ) -> [ObjectDifference] {
    let old = Dictionary(before.map { ($0[keyPath: key], $0) }, uniquingKeysWith: { $1 })
    let new = Dictionary(after.map { ($0[keyPath: key], $0) }, uniquingKeysWith: { $1 })
    return Set(old.keys).union(new.keys).sorted().compactMap { key_ in
      let object = ObjectReference(kind, (new[key_] ?? old[key_]!)[keyPath: name], key: key_)
      guard let before = old[key_] else { return ObjectDifference(object: object, change: .added, reasons: []) }
      guard let after = new[key_] else { return ObjectDifference(object: object, change: .removed, reasons: []) }
      let found = reasons(before, after)
      return found.isEmpty ? nil : ObjectDifference(object: object, change: .changed, reasons: found)
    }
  }

  /// What a service is beyond its containers.
  private struct ServiceFields: Codable, Hashable {
    var scale: Int
    var depends_on: [Dependency]?
    var update_config: RolloutPolicy?
    var rollback_config: RolloutPolicy?
    var on_unhealthy: OnUnhealthy?

    init(_ service: DesiredService, machineOnly: Bool) {
      scale = service.containers.count
      guard !machineOnly else { return }
      depends_on = service.dependencies
      update_config = service.update
      rollback_config = service.rollback
      on_unhealthy = service.onUnhealthy
    }
  }

  private static func compare(_ old: DesiredService, _ new: DesiredService, machineOnly: Bool) -> [Reason] {
    let root = "services.\(new.name)"
    var reasons = FieldComparison(root: root).compare(
      ServiceFields(old, machineOnly: machineOnly), ServiceFields(new, machineOnly: machineOnly)
    ).map { Reason.field($0.shown(root: root)) }
    guard var before = old.containers.first ?? old.template, var after = new.containers.first ?? new.template else {
      return reasons
    }
    // Names follow from the project's name unless they are fixed.
    if !old.hasFixedName, !new.hasFixedName { before.name = after.name }
    for label in ["config-hash", "version", "project.config_files", "project.working_dir", "project.environment_file"] {
      before.labels["com.docker.compose.\(label)"] = nil
      after.labels["com.docker.compose.\(label)"] = nil
    }
    // Images that are not on this machine have no digest to compare.
    if before.imageID.isEmpty { after.imageID = "" }
    reasons += SpecComparison(container: before, after, service: new.name).reasons
    return reasons
  }
}
