import Engine
import Linux
import Presentation

/// A container as `ps` tells it, with the keys of docker compose's JSON.
struct ContainerRow {
  var view: ContainerView
  var now: Timestamp
  var truncates = true

  var json: JSONValue {
    let (record, spec) = (view.record, view.record.spec)
    let volumes = record.volumes.count
    return .object([
      "Command": .string(CommandText.quoted(record.arguments, truncated: truncates)),
      "CreatedAt": .string(LocalTime.text(record.created)),
      "ExitCode": .integer(Int64(view.exitCode ?? 0)),
      "Health": .string(view.health?.status.rawValue ?? ""),
      "ID": .string(truncates ? Ellipsis.id(view.id) : view.id),
      "Image": .string(spec.image),
      "Labels": .string(spec.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")),
      "LocalVolumes": .string("\(volumes)"),
      "Mounts": .string(mounts.joined(separator: ",")),
      "Name": .string(view.name),
      "Names": .string(view.name),
      "Networks": .string(view.networks.map(\.network).joined(separator: ",")),
      "Ports": .string(PortText.of(ports)),
      "Project": .string(record.owner?.project ?? ""),
      "Publishers": ports.isEmpty ? .null : .array(ports.map(Self.publisher)),
      "RunningFor": .string(HumanTime.ago(seconds: age(of: record.created) ?? 0)),
      "Service": .string(record.owner?.service ?? ""),
      "Size": "0B",
      "State": .string(view.state.rawValue),
      "Status": .string(status),
    ])
  }

  var status: String {
    StatusText(
      state: view.state.rawValue, health: view.health?.status.rawValue, exitCode: view.exitCode ?? 0,
      runningSeconds: age(of: view.startedAt), endedSeconds: age(of: view.finishedAt)
    ).text
  }

  /// Published ports, and those that are only exposed, while it runs.
  private var ports: [PublishedPort] {
    guard view.isRunning else { return [] }
    var ports = view.ports.map {
      PublishedPort(
        hostAddress: $0.hostAddress, hostPort: $0.hostPort, containerPort: $0.containerPort,
        transport: $0.transport.rawValue)
    }
    for text in view.record.spec.expose {
      let parts = text.split(separator: "/")
      let transport = parts.count > 1 ? String(parts[1]) : "tcp"
      let bounds = parts.first?.split(separator: "-").compactMap { UInt16($0) } ?? []
      guard let first = bounds.first, let last = bounds.last, first <= last else { continue }
      for port in first...last
      where !ports.contains(where: { $0.containerPort == port && $0.transport == transport }) {
        ports.append(PublishedPort(containerPort: port, transport: transport))
      }
    }
    return ports.sorted { ($0.containerPort, $0.hostAddress) < ($1.containerPort, $1.hostAddress) }
  }

  /// Names of volumes and sources of binds.
  private var mounts: [String] {
    let volumes = view.record.volumes.map(\.name)
    let binds = view.record.spec.mounts.filter { $0.kind == .bind }.map(\.source)
    return (volumes + binds).map { truncates ? Ellipsis.cut($0, to: 15) : $0 }
  }

  private static func publisher(_ port: PublishedPort) -> JSONValue {
    .object([
      "URL": .string(port.hostAddress), "TargetPort": .integer(Int64(port.containerPort)),
      "PublishedPort": .integer(Int64(port.hostPort)), "Protocol": .string(port.transport),
    ])
  }

  private func age(of moment: Timestamp?) -> Double? {
    moment.map { Double(now.nanoseconds - $0.nanoseconds) / 1e9 }
  }
}
