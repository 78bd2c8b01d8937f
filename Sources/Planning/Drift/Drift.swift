import Spec

/// What of a project is not as it was applied, and why. The JSON form has a version.
public struct Drift: Codable, Hashable, Sendable {
  public static let formatVersion = 1

  public var version = Drift.formatVersion
  public var project: String
  /// The generation that was applied last.
  public var generation: Int?
  public var items: [Item]

  public struct Item: Codable, Hashable, Sendable {
    public enum Code: String, Codable, Hashable, Sendable {
      /// It does not exist any more.
      case gone
      case exited, unhealthy, restarting, stopped, paused
      /// Its definition is not what was applied.
      case configuration
      /// A reference names another image than then.
      case image
      /// A secret or config has other bytes than then.
      case file
      /// It is not on a network that it should be on, or on one that it should not be on; a bridge is gone.
      case network
      case firewall
      /// Nobody applied it.
      case orphan
      /// Left by work that was cut short.
      case unfinished
    }

    public var object: ObjectReference
    public var code: Code
    /// Why, in words.
    public var reasons: [String]

    public init(_ object: ObjectReference, _ code: Code, _ reasons: [String]) {
      self.object = object
      self.code = code
      self.reasons = reasons
    }
  }

  /// What is known beyond containers, networks and volumes.
  public struct Surroundings {
    /// The digest that a reference stands for now; `nil`: the image is not here.
    public var imageID: (_ reference: String, _ platform: String?) -> String?
    /// The digest of the bytes now; `nil`: they cannot be read.
    public var digest: (DesiredFile) -> String?
    /// Bridges and firewall entries that are gone.
    public var damage: [Item]

    public init(
      imageID: @escaping (String, String?) -> String?, digest: @escaping (DesiredFile) -> String?, damage: [Item] = []
    ) {
      self.imageID = imageID
      self.digest = digest
      self.damage = damage
    }
  }
}

extension Drift {
  /// - Throws: where no plan can be made, as `Plan.up` does.
  public init(
    of applied: Desired, generation: Int?, _ observed: Observed, _ surroundings: Surroundings
  ) throws {
    project = applied.project
    self.generation = generation
    let plan = try Plan.up(applied, observed)
    items = plan.effects.compactMap { effect in
      // What follows from another drift is none of its own.
      let reasons = effect.reasons.filter { $0.driftCode != nil }
      guard let code = reasons.first?.driftCode else { return nil }
      return Item(effect.object, code, reasons.map(\.description))
    }
    let told = Set(items.map(\.object))
    let own = observed.containers.filter { $0.project == applied.project && !$0.oneOff }
    for container in own.sorted(by: { $0.spec.name < $1.spec.name }) where !told.contains(container.object) {
      if !applied.services.contains(where: { $0.name == container.service }) {
        if !applied.disabledServices.contains(container.service) {
          items.append(Item(container.object, .orphan, ["the project has no service \(container.service)"]))
        }
      } else if container.state == .restarting {
        let code = container.exitCode.map { " after exit status \($0)" } ?? ""
        items.append(Item(container.object, .restarting, ["is restarting\(code)"]))
      } else if container.state == .running, container.health == .unhealthy {
        items.append(Item(container.object, .unhealthy, ["is unhealthy"]))
      }
    }
    items += surroundings.damage
    addImages(of: applied, surroundings)
    for file in applied.files {
      let now = surroundings.digest(file)
      guard now != file.digest else { continue }
      let place: String =
        switch file.origin {
        case .file(let path): path
        case .environment(let name): "variable \(name)"
        case .content: "its content"
        }
      items.append(
        Item(
          ObjectReference(.file, file.name, key: file.name), .file,
          ["\(file.kind.rawValue) \(file.name): \(place) \(now == nil ? "cannot be read any more" : "has changed")"]))
    }
  }

  private mutating func addImages(of applied: Desired, _ surroundings: Surroundings) {
    for service in applied.services {
      guard let spec = service.containers.first, !spec.imageID.isEmpty else { continue }
      let now = surroundings.imageID(spec.image, spec.platform)
      guard now != spec.imageID else { continue }
      let reason =
        now.map { Reason.image(reference: spec.image, before: spec.imageID, after: $0).description }
        ?? "image \(spec.image) is not on this machine any more"
      items.append(Item(ObjectReference(.service, service.name, key: service.name), .image, [reason]))
    }
  }
}

extension Reason {
  /// `nil`: it follows from something else.
  fileprivate var driftCode: Drift.Item.Code? {
    switch self {
    case .missing: .gone
    case .field, .content: .configuration
    case .image: .image
    case .exited: .exited
    case .stopped, .stopping, .neverStarted: .stopped
    case .paused: .paused
    case .unfinished, .leftover, .standby: .unfinished
    case .unhealthy: .unhealthy
    case .detached, .attached: .network
    case .orphan, .unused, .surplus: .orphan
    case .dependency, .recreated, .forced, .requested, .needed: nil
    }
  }
}
