import Diagnostics
import Planning
import SeededRandom
import Spec

/// Small projects by hand.
enum Project {
  static func service(_ name: String, replicas: Int = 1) -> DesiredService {
    DesiredService(
      name: name,
      containers: (1...max(replicas, 1)).prefix(replicas).map { number in
        var spec = ContainerSpec(name: "shop-\(name)-\(number)", image: "app")
        spec.imageID = "sha256:" + String(repeating: "a", count: 64)
        spec.networks = [NetworkAttachment(network: "shop_default")]
        return spec
      })
  }

  static func make(_ services: [DesiredService]) -> Desired {
    Desired(
      project: "shop", services: services,
      networks: [DesiredNetwork(key: "default", spec: NetworkSpec(name: "shop_default"))])
  }

  /// One service `web` with one container.
  static func web(_ edit: (inout ContainerSpec) -> Void = { _ in }) -> Desired {
    var web = service("web")
    edit(&web.containers[0])
    return make([web])
  }

  /// The machine after bringing a project up.
  static func running(_ desired: Desired) throws -> Observed {
    var machine = RandomMachine()
    var random = Seeded(0)
    try machine.apply(Plan.up(desired, machine.observed), &random)
    return machine.observed
  }

  /// The reasons for which the container of `web` is not right, and what is done about it.
  static func difference(
    _ before: (inout ContainerSpec) -> Void = { _ in }, _ after: (inout ContainerSpec) -> Void
  ) throws -> [String] {
    let effects = try Plan.up(web(after), running(web(before))).effects
    return effects.flatMap { [$0.kind.rawValue] + $0.reasons.map(\.description) }
  }

  static func failure(_ body: () throws -> Plan) -> Failure? {
    do {
      _ = try body()
      return nil
    } catch { return error as? Failure }
  }
}

extension Change {
  /// `start shop-web-1`
  var step: String {
    let verb =
      switch action {
      case .createNetwork, .createVolume, .createContainer: "create"
      case .removeNetwork, .removeVolume, .removeContainer, .removeImage: "remove"
      case .renameContainer: "rename"
      case .updateContainer: "update"
      case .connect: "connect"
      case .disconnect: "disconnect"
      case .start: "start"
      case .stop: "stop"
      case .unpause: "unpause"
      case .wait: "wait"
      case .requirePorts: "require"
      case .prepare: "prepare"
      case .runHooks: "hook"
      case .startStandby: "standby"
      case .takeOver: "take over"
      case .drain: "drain"
      case .checkRollout: "check"
      case .delay: "delay"
      }
    return "\(verb) \(object.name)"
  }
}
