import Presentation

/// `POST /commit`: how the image is to be run, as far as that is not the container's own way.
public struct CommitBody: Decodable, Sendable {
  public var environment: [String]?
  public var command: Words?
  public var entrypoint: Words?
  public var exposedPorts: [String: Nothing]?
  public var volumes: [String: Nothing]?
  public var labels: [String: String]?
  public var user: String?
  public var workingDirectory: String?
  public var stopSignal: String?
  public var onBuild: [String]?

  enum CodingKeys: String, CodingKey {
    case environment = "Env"
    case command = "Cmd"
    case entrypoint = "Entrypoint"
    case exposedPorts = "ExposedPorts"
    case volumes = "Volumes"
    case labels = "Labels"
    case user = "User"
    case workingDirectory = "WorkingDir"
    case stopSignal = "StopSignal"
    case onBuild = "OnBuild"
  }

  /// The same as lines of a Dockerfile.
  public var instructions: [String] {
    func quoted(_ text: String) -> String { JSONValue.string(text).compact }
    var lines: [String] = []
    for entry in environment ?? [] {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 { lines.append("ENV \(parts[0])=\(quoted(parts[1]))") }
    }
    for (name, value) in (labels ?? [:]).sorted(by: { $0.key < $1.key }) {
      lines.append("LABEL \(quoted(name))=\(quoted(value))")
    }
    if let entrypoint, !entrypoint.words.isEmpty { lines.append("ENTRYPOINT \(JSONValue(entrypoint.words).compact)") }
    if let command, !command.words.isEmpty { lines.append("CMD \(JSONValue(command.words).compact)") }
    for port in (exposedPorts ?? [:]).keys.sorted() { lines.append("EXPOSE \(port)") }
    if let volumes, !volumes.isEmpty { lines.append("VOLUME \(JSONValue(volumes.keys.sorted()).compact)") }
    if let user, !user.isEmpty { lines.append("USER \(user)") }
    if let workingDirectory, !workingDirectory.isEmpty { lines.append("WORKDIR \(workingDirectory)") }
    if let stopSignal, !stopSignal.isEmpty { lines.append("STOPSIGNAL \(stopSignal)") }
    for instruction in onBuild ?? [] { lines.append("ONBUILD \(instruction)") }
    return lines
  }
}
