import Arguments
import Compose
import Diagnostics
import Engine
import Spec

extension RequestedContainer {
  mutating func takeNetworks(_ arguments: ParsedArguments) throws {
    func invalid(_ message: String) -> Failure {
      Failure(.invalidInput, message, exitStatus: arguments.command.usageStatus)
    }
    spec.macAddress = arguments.given("mac-address")
    for text in arguments.list("publish") {
      do { spec.ports += try ShortSyntax.ports(text) } catch {
        throw arguments.invalid("publish", error.message, hint: error.hint)
      }
    }
    spec.expose = try arguments.list("expose").map { text in
      guard let ports = ExposedPort.ports(text), !text.contains(":"), !ports.isEmpty else {
        throw arguments.invalid("expose", "invalid range format for --expose: \(text)")
      }
      return text.contains("/") ? text : "\(text)/tcp"
    }
    let asked = arguments.list("network") + arguments.list("net")
    var attachments = try asked.map { try Self.attachment($0, arguments) }
    var names: Set<String> = []
    for attachment in attachments where !names.insert(attachment.network).inserted {
      throw invalid("network \"\(attachment.network)\" is specified multiple times")
    }
    let modes = attachments.filter { NetworkMode($0.network) != .networks }
    if let mode = modes.first {
      guard attachments.count == 1 else {
        throw invalid("conflicting options: cannot attach both user-defined and non-user-defined network-modes")
      }
      spec.networkMode = NetworkMode(mode.network)
      attachments = []
    }
    // What stands in flags of its own is about the first network.
    var first = attachments.first ?? NetworkAttachment(network: Engine.defaultNetwork)
    let before = first
    first.aliases += arguments.list("network-alias") + arguments.list("net-alias")
    first.linkLocalAddresses += arguments.list("link-local-ip")
    if let address = arguments.given("ip") { first.ipv4Address = address }
    if let address = arguments.given("ip6") { first.ipv6Address = address }
    if first != before {
      guard spec.networkMode == .networks, first.network != Engine.defaultNetwork else {
        throw invalid(
          first.aliases != before.aliases
            ? "network-scoped aliases are only supported for user-defined networks"
            : "user specified IP address is supported on user defined networks only")
      }
    }
    // On the default network links are the container's own; on any other they belong to the way there.
    if !attachments.isEmpty, first.network != Engine.defaultNetwork, !spec.links.isEmpty { first.links = spec.links }
    spec.networks = attachments.isEmpty ? [] : [first] + attachments.dropFirst()
    if case .container = spec.networkMode {
      let conflicts: [(Bool, String)] = [
        (spec.hostname != nil, "hostname"), (!spec.links.isEmpty, "links"), (!spec.ports.isEmpty, "port publishing"),
        (!spec.dns.isEmpty, "dns"), (!spec.extraHosts.isEmpty, "custom host-to-IP mapping"),
      ]
      if let conflict = conflicts.first(where: \.0) {
        throw invalid("conflicting options: \(conflict.1) and the container type network mode")
      }
    }
    if spec.networkMode == .host, spec.hostname != nil, spec.uts == .host {
      throw invalid("conflicting options: hostname and the UTS mode")
    }
  }

  /// `mynet`, `container:web`, or `name=mynet,alias=a,ip=172.18.0.9`.
  private static func attachment(_ text: String, _ arguments: ParsedArguments) throws -> NetworkAttachment {
    guard text.contains("=") else {
      return NetworkAttachment(network: text == "default" ? Engine.defaultNetwork : text)
    }
    var attachment = NetworkAttachment(network: "")
    for field in text.split(separator: ",") {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw arguments.invalid("network", "invalid field \(field) must be a key=value pair")
      }
      let value = parts[1]
      switch parts[0].lowercased() {
      case "name": attachment.network = value
      case "alias": attachment.aliases.append(value)
      case "ip": attachment.ipv4Address = value
      case "ip6": attachment.ipv6Address = value
      case "mac-address": attachment.macAddress = value
      case "link-local-ip": attachment.linkLocalAddresses.append(value)
      case "interface-name": attachment.interfaceName = value
      case "gw-priority":
        guard let priority = Int(value) else { throw arguments.invalid("network", "invalid gw-priority (\(value))") }
        attachment.gatewayPriority = priority
      case "driver-opt":
        let pair = value.split(separator: "=", maxSplits: 1).map(String.init)
        guard pair.count == 2 else {
          throw arguments.invalid("network", "invalid key value pair format in driver options")
        }
        attachment.driverOptions[pair[0]] = pair[1]
      default: throw arguments.invalid("network", "invalid field key \(parts[0])")
      }
    }
    guard !attachment.network.isEmpty else { throw arguments.invalid("network", "network name is missing in \(text)") }
    return attachment
  }

  /// `-P`: every port that the image or a flag exposes, and no `-p` publishes, gets a free port of the host.
  mutating func publishAll(_ imagePorts: some Collection<String>) {
    let taken = Set(spec.ports.map { "\($0.containerPort)/\($0.transport.rawValue)" })
    for text in Set(imagePorts).union(spec.expose).sorted() {
      for port in ExposedPort.ports(text) ?? []
      where !taken.contains("\(port.containerPort)/\(port.transport.rawValue)") {
        spec.ports.append(port)
      }
    }
  }
}

/// `80`, `80/tcp`, `8000-8010/udp`.
enum ExposedPort {
  static func ports(_ text: String) -> [PortSpec]? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard parts.count <= 2, ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first > 0,
      first <= last, let transport = PortSpec.Transport(rawValue: parts.count > 1 ? parts[1].lowercased() : "tcp")
    else { return nil }
    return (first...last).map { PortSpec(containerPort: $0, transport: transport) }
  }
}
