import Diagnostics
import Linux
import Spec

/// Which containers a listing or a pruning is about, by the filters of `docker ps`.
public struct ContainerFilters: Sendable {
  public static let known = [
    "ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "name", "network",
    "publish", "since", "status", "volume",
  ]

  private let values: FilterValues
  private let images: Set<String>
  private let before: Timestamp?
  private let since: Timestamp?
  private let networks: Set<String>

  /// Whether containers that do not run are asked for, too.
  public var concernsStopped: Bool { !values["status"].isEmpty || !values["exited"].isEmpty }

  fileprivate init(_ wanted: [String: [String]], _ engine: Engine) throws {
    let values = try FilterValues(wanted, known: Self.known)
    self.values = values
    for state in values["status"] where ContainerState(rawValue: state) == nil {
      throw Failure(.invalidInput, "invalid filter 'status=\(state)'")
    }
    for health in values["health"] where !["starting", "healthy", "unhealthy", "none"].contains(health) {
      throw Failure(.invalidInput, "invalid filter 'health=\(health)'")
    }
    for code in values["exited"] where Int32(code) == nil {
      throw Failure(.invalidInput, "invalid filter 'exited=\(code)'")
    }
    for port in values["publish"] + values["expose"] where PortRange(port) == nil {
      throw Failure(.invalidInput, "invalid filter: \"\(port)\" is no port")
    }
    images = Set(values["ancestor"].flatMap { [$0, (try? engine.images.resolve($0))?.id.description ?? ""] })
    before = try values["before"].map { try engine.record($0).created }.max()
    since = try values["since"].map { try engine.record($0).created }.min()
    networks = Set(values["network"].map { (try? engine.networkStore.resolve($0).name) ?? $0 })
  }

  public func accept(_ view: ContainerView) -> Bool {
    let (record, spec) = (view.record, view.record.spec)
    return values.acceptLabels(spec.labels)
      && values.accept("name") { pattern in
        let pattern = NamePattern(pattern)
        return pattern.matches(view.name) || pattern.matches("/\(view.name)")
      }
      && values.accept("id") { view.id.hasPrefix($0) }
      && values.accept("status") { $0 == view.state.rawValue }
      && values.accept("health") { $0 == view.health?.status.rawValue ?? "none" }
      && values.accept("exited") { view.state == .exited && view.exitCode == Int32($0) }
      && values.accept("ancestor") { _ in images.contains(spec.imageID) || images.contains(spec.image) }
      && (before.map { record.created < $0 } ?? true) && (since.map { record.created > $0 } ?? true)
      && values.accept("network") { _ in
        view.networks.contains { networks.contains($0.network) }
          || spec.networkMode != .networks && networks.contains(spec.networkMode.description)
          || spec.networkMode == .networks && spec.networks.isEmpty && networks.contains(Engine.defaultNetwork)
      }
      && values.accept("volume") { place in
        record.volumes.contains { $0.name == place || $0.target == place }
          || spec.mounts.contains { $0.target == place || $0.kind == .bind && $0.source == place }
      }
      && values.accept("publish") { text in
        PortRange(text).map { range in view.ports.contains { range.contains($0.containerPort, $0.transport.rawValue) } }
          ?? false
      }
      && values.accept("expose") { text in
        PortRange(text).map { range in
          view.ports.contains { range.contains($0.containerPort, $0.transport.rawValue) }
            || spec.expose.contains { entry in PortRange(entry).map(range.overlaps) ?? false }
        } ?? false
      }
      && values.accept("is-task") { ["0", "f", "false"].contains($0.lowercased()) }
      && values.accept("isolation") { ["", "default"].contains($0) }
  }
}

/// `80`, `80/udp`, `8000-8080/tcp`.
private struct PortRange {
  var ports: ClosedRange<UInt16>
  var transport: String

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let bounds = parts[0].split(separator: "-").map { UInt16($0) }
    guard parts.count <= 2, let first = bounds.first ?? nil, let last = bounds.last ?? nil, first <= last,
      bounds.count <= 2
    else { return nil }
    ports = first...last
    transport = parts.count > 1 ? String(parts[1]) : "tcp"
  }

  func contains(_ port: UInt16, _ transport: String) -> Bool { ports.contains(port) && transport == self.transport }
  func overlaps(_ other: PortRange) -> Bool { ports.overlaps(other.ports) && transport == other.transport }
}

extension Engine {
  /// - Parameter wanted: values by key.
  /// - Throws: `.invalidInput` for what Docker does not have, `.notFound` for a container that `before` or `since` names.
  public func containerFilters(_ wanted: [String: [String]]) throws -> ContainerFilters {
    try ContainerFilters(wanted, self)
  }

  /// Those that the filters ask for, in the order in which they were made.
  public func containers(_ filters: ContainerFilters, all: Bool) throws -> [ContainerView] {
    try containers(all: all || filters.concernsStopped).filter(filters.accept)
  }
}
