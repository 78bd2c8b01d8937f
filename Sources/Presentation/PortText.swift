/// A container's port as it can be reached, or only exposed where there is no host port.
public struct PublishedPort: Hashable, Sendable {
  /// `0.0.0.0`, `127.0.0.1`, `::`; empty for a port that is only exposed.
  public var hostAddress: String
  public var hostPort: UInt16
  public var containerPort: UInt16
  /// `tcp`, `udp`, `sctp`
  public var transport: String

  public init(hostAddress: String = "", hostPort: UInt16 = 0, containerPort: UInt16, transport: String) {
    self.hostAddress = hostAddress
    self.hostPort = hostPort
    self.containerPort = containerPort
    self.transport = transport
  }
}

/// The PORTS column: `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 443/tcp`.
public enum PortText {
  /// Neighbouring ports that keep their number are joined (`0.0.0.0:9000-9002->9000-9002/tcp`); mapped ones stand
  /// alone behind them.
  public static func of(_ ports: [PublishedPort]) -> String {
    let sorted = ports.sorted {
      ($0.containerPort, $0.hostAddress, $0.hostPort, $0.transport)
        < ($1.containerPort, $1.hostAddress, $1.hostPort, $1.transport)
    }
    var open: [(key: PublishedPort, range: ClosedRange<UInt16>)] = []
    var done: [String] = []
    var mapped: [String] = []
    for port in sorted {
      if !port.hostAddress.isEmpty && port.hostPort != port.containerPort {
        mapped.append(
          "\(bracketed(port.hostAddress)):\(port.hostPort)->\(port.containerPort)/\(port.transport)")
        continue
      }
      let key = PublishedPort(hostAddress: port.hostAddress, containerPort: 0, transport: port.transport)
      guard let group = open.firstIndex(where: { $0.key == key }) else {
        open.append((key, port.containerPort...port.containerPort))
        continue
      }
      let range = open[group].range
      if port.containerPort == range.upperBound { continue }
      if port.containerPort == range.upperBound &+ 1 {
        open[group].range = range.lowerBound...port.containerPort
      } else {
        done.append(text(key, range))
        open[group].range = port.containerPort...port.containerPort
      }
    }
    return (done + open.map { text($0.key, $0.range) } + mapped).joined(separator: ", ")
  }

  private static func text(_ key: PublishedPort, _ range: ClosedRange<UInt16>) -> String {
    let ports = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    return key.hostAddress.isEmpty
      ? "\(ports)/\(key.transport)" : "\(bracketed(key.hostAddress)):\(ports)->\(ports)/\(key.transport)"
  }

  private static func bracketed(_ address: String) -> String { address.contains(":") ? "[\(address)]" : address }
}
