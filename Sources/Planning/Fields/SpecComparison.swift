import Spec

/// What differs between two definitions of one kind, as typed reasons, and what the differences take.
struct SpecComparison {
  var reasons: [Reason] = []
  var effect = FieldEffect.none
  /// The attributes that differ and can be changed in place.
  var fields: [String] = []
  /// The attachments to networks differ; whether that can be done in place depends on more than the fields.
  var networksDiffer = false

  /// - Parameter service: the key that paths begin with.
  init(container before: ContainerSpec, _ after: ContainerSpec, service: String) {
    let walk = FieldComparison(root: "services.\(service)")
    for difference in walk.compare(before, after) where difference.path != Self.versionLabel {
      let name = difference.path[0]
      if name == "image_id" {
        // Without a resolved image there is nothing to compare.
        guard !after.imageID.isEmpty else { continue }
        add(.image(reference: after.image, before: before.imageID, after: after.imageID), .recreate, name)
      } else if name == "networks" {
        networksDiffer = true
        add(.field(difference.shown(root: walk.root)), .none, name)
      } else if name == "files", difference.path.last == "content_digest" {
        let file = after.files.first { $0.target == difference.path[1] }
        let kind = file?.kind ?? .config
        add(.content(kind: kind, name: file?.name ?? difference.path[1]), .recreate, name)
      } else {
        let effect = FieldEffect.of(difference.path, isSet: difference.after != nil)
        add(.field(difference.shown(root: walk.root)), effect, name)
      }
    }
    dropBookkeeping()
  }

  init(network before: NetworkSpec, _ after: NetworkSpec, key: String) {
    self.init(before, after, root: "networks.\(key)")
  }

  init(volume before: VolumeSpec, _ after: VolumeSpec, key: String) {
    self.init(before, after, root: "volumes.\(key)")
  }

  private init(_ before: some Encodable, _ after: some Encodable, root: String) {
    let walk = FieldComparison(root: root)
    for difference in walk.compare(before, after) where !Self.isBookkeeping(difference.path) {
      add(.field(difference.shown(root: root)), .recreate, difference.path[0])
    }
  }

  /// An object says which program made it: another one is no reason to touch it.
  private static let versionLabel = ["labels", "com.docker.compose.version"]

  /// What a network or volume says of its making. It cannot be written anew without making the object anew, and what a
  /// hash stands for is compared field by field.
  private static func isBookkeeping(_ path: [String]) -> Bool {
    path == versionLabel || path == ["labels", "com.docker.compose.config-hash"]
  }

  private mutating func add(_ reason: Reason, _ effect: FieldEffect, _ field: String) {
    self.effect = max(self.effect, effect)
    if effect == .inPlace, fields.last != field { fields.append(field) }
    if effect != .none || field == "networks" { reasons.append(reason) }
  }

  /// Labels that only say how the project was loaded are no reason that a person wants to read next to a real one.
  private mutating func dropBookkeeping() {
    let kept = reasons.filter { reason in
      guard case .field(let difference) = reason else { return true }
      return !difference.path.contains(".labels.com.docker.compose.")
    }
    if !kept.isEmpty { reasons = kept }
  }
}
