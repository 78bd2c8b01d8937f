import Spec

/// `{"action": "container.start", "container": {"id": "", "name": "shop-web-1"}}`
///
/// `action` tells which of the other members there are.
extension Action: Codable {
  private enum Key: String, CodingKey {
    case action, network, volume, container, creation, to, spec, fields, attachment, timeout, volumes, wait, image,
      ports, phase, hooks, from, rollout, duration
  }

  private enum Name: String, Codable {
    case createNetwork = "network.create"
    case removeNetwork = "network.remove"
    case createVolume = "volume.create"
    case removeVolume = "volume.remove"
    case createContainer = "container.create"
    case renameContainer = "container.rename"
    case updateContainer = "container.update"
    case connect = "container.connect"
    case disconnect = "container.disconnect"
    case start = "container.start"
    case startStandby = "container.start_standby"
    case takeOver = "container.take_over"
    case drain = "container.drain"
    case checkRollout = "rollout.check"
    case delay = "rollout.delay"
    case stop = "container.stop"
    case unpause = "container.unpause"
    case removeContainer = "container.remove"
    case prepare = "container.prepare"
    case runHooks = "container.run_hooks"
    case wait = "service.wait"
    case removeImage = "image.remove"
    case requirePorts = "container.require_ports"
  }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    func name(_ name: Name) throws { try members.encode(name, forKey: .action) }
    switch self {
    case .createNetwork(let spec):
      try name(.createNetwork)
      try members.encode(spec, forKey: .spec)
    case .removeNetwork(let id):
      try name(.removeNetwork)
      try members.encode(id, forKey: .network)
    case .createVolume(let spec):
      try name(.createVolume)
      try members.encode(spec, forKey: .spec)
    case .removeVolume(let volume):
      try name(.removeVolume)
      try members.encode(volume, forKey: .volume)
    case .createContainer(let creation):
      try name(.createContainer)
      try members.encode(creation, forKey: .creation)
    case .renameContainer(let container, let to):
      try name(.renameContainer)
      try members.encode(container, forKey: .container)
      try members.encode(to, forKey: .to)
    case .updateContainer(let container, let spec, let fields):
      try name(.updateContainer)
      try members.encode(container, forKey: .container)
      try members.encode(spec, forKey: .spec)
      try members.encode(fields, forKey: .fields)
    case .connect(let container, let attachment):
      try name(.connect)
      try members.encode(container, forKey: .container)
      try members.encode(attachment, forKey: .attachment)
    case .disconnect(let container, let network):
      try name(.disconnect)
      try members.encode(container, forKey: .container)
      try members.encode(network, forKey: .network)
    case .start(let container):
      try name(.start)
      try members.encode(container, forKey: .container)
    case .startStandby(let container):
      try name(.startStandby)
      try members.encode(container, forKey: .container)
    case .takeOver(let container, let from):
      try name(.takeOver)
      try members.encode(container, forKey: .container)
      try members.encodeIfPresent(from, forKey: .from)
    case .drain(let container, let timeout):
      try name(.drain)
      try members.encode(container, forKey: .container)
      try members.encodeIfPresent(timeout, forKey: .timeout)
    case .checkRollout(let check):
      try name(.checkRollout)
      try members.encode(check, forKey: .rollout)
    case .delay(let duration):
      try name(.delay)
      try members.encode(duration, forKey: .duration)
    case .stop(let container, let timeout):
      try name(.stop)
      try members.encode(container, forKey: .container)
      try members.encodeIfPresent(timeout, forKey: .timeout)
    case .unpause(let container):
      try name(.unpause)
      try members.encode(container, forKey: .container)
    case .removeContainer(let container, let volumes):
      try name(.removeContainer)
      try members.encode(container, forKey: .container)
      try members.encode(volumes, forKey: .volumes)
    case .prepare(let creation, let container):
      try name(.prepare)
      try members.encode(creation, forKey: .creation)
      try members.encode(container, forKey: .container)
    case .runHooks(let container, let phase, let hooks):
      try name(.runHooks)
      try members.encode(container, forKey: .container)
      try members.encode(phase, forKey: .phase)
      try members.encode(hooks, forKey: .hooks)
    case .wait(let wait):
      try name(.wait)
      try members.encode(wait, forKey: .wait)
    case .removeImage(let reference):
      try name(.removeImage)
      try members.encode(reference, forKey: .image)
    case .requirePorts(let ports):
      try name(.requirePorts)
      try members.encode(ports, forKey: .ports)
    }
  }

  public init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Key.self)
    func container() throws -> ContainerReference { try members.decode(ContainerReference.self, forKey: .container) }
    func string(_ key: Key) throws -> String { try members.decode(String.self, forKey: key) }
    switch try members.decode(Name.self, forKey: .action) {
    case .createNetwork: self = .createNetwork(try members.decode(NetworkSpec.self, forKey: .spec))
    case .removeNetwork: self = .removeNetwork(try string(.network))
    case .createVolume: self = .createVolume(try members.decode(VolumeSpec.self, forKey: .spec))
    case .removeVolume: self = .removeVolume(try string(.volume))
    case .createContainer:
      self = .createContainer(try members.decode(ContainerCreation.self, forKey: .creation))
    case .renameContainer: self = .renameContainer(try container(), to: try string(.to))
    case .updateContainer:
      self = .updateContainer(
        try container(), to: try members.decode(ContainerSpec.self, forKey: .spec),
        fields: try members.decode([String].self, forKey: .fields))
    case .connect:
      self = .connect(try container(), try members.decode(NetworkAttachment.self, forKey: .attachment))
    case .disconnect: self = .disconnect(try container(), try string(.network))
    case .start: self = .start(try container())
    case .startStandby: self = .startStandby(try container())
    case .takeOver:
      self = .takeOver(
        try container(), from: try members.decodeIfPresent(ContainerReference.self, forKey: .from))
    case .drain: self = .drain(try container(), timeout: try members.decodeIfPresent(Int64.self, forKey: .timeout))
    case .checkRollout: self = .checkRollout(try members.decode(RolloutCheck.self, forKey: .rollout))
    case .delay: self = .delay(try members.decode(Int64.self, forKey: .duration))
    case .stop: self = .stop(try container(), timeout: try members.decodeIfPresent(Int64.self, forKey: .timeout))
    case .unpause: self = .unpause(try container())
    case .removeContainer:
      self = .removeContainer(try container(), volumes: try members.decode(Bool.self, forKey: .volumes))
    case .prepare:
      self = .prepare(try members.decode(ContainerCreation.self, forKey: .creation), of: try container())
    case .runHooks:
      self = .runHooks(
        try container(), try members.decode(HookSpec.Phase.self, forKey: .phase),
        try members.decode([HookSpec].self, forKey: .hooks))
    case .wait: self = .wait(try members.decode(Wait.self, forKey: .wait))
    case .removeImage: self = .removeImage(try string(.image))
    case .requirePorts: self = .requirePorts(try members.decode([PortSpec].self, forKey: .ports))
    }
  }
}
