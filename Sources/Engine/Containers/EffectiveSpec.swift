import Diagnostics
import OCI
import Spec

/// What a container's specification and its image's configuration mean together. Pure; the rules are Docker's
/// (`runconfig` merge: what was asked for wins, and an entrypoint of one's own hides the image's command).
struct EffectiveSpec: Hashable, Sendable {
  /// The program and its arguments.
  var arguments: [String]
  var entrypointLength: Int
  /// `NAME=value`, the image's first.
  var environment: [String]
  var workingDirectory: String
  var user: String
  var stopSignal: String
  /// `nil`: none.
  var healthcheck: HealthcheckSpec?
  var shell: [String]
  /// Targets of the image's volumes that nothing else is mounted on, sorted.
  var imageVolumes: [String]
  /// `80/tcp`, sorted.
  var exposedPorts: [String]
  /// The image's with the container's own over them.
  var labels: [String: String]
  var hostname: String

  /// - Parameter sharedHostname: of whose network namespace is used, where it is not the container's own.
  /// - Throws: `.invalidInput` where there is nothing to run.
  init(_ spec: ContainerSpec, image: ExecutionParameters, id: String, sharedHostname: String? = nil) throws(Failure) {
    let entrypoint = spec.entrypoint ?? image.entrypoint ?? []
    var command = spec.command ?? []
    // Docker looks at whether an entrypoint was given with content, not at whether it was given.
    if command.isEmpty, spec.entrypoint?.isEmpty ?? true { command = image.command ?? [] }
    arguments = entrypoint + command
    entrypointLength = entrypoint.count
    guard !arguments.isEmpty else {
      throw Failure(
        .invalidInput, "neither the container nor its image \(spec.image) names a program to run",
        subject: "container \(spec.name)", hint: "give it a command or an entrypoint")
    }
    shell = image.shell ?? ["/bin/sh", "-c"]
    hostname = spec.hostname ?? sharedHostname ?? String(id.prefix(12))
    workingDirectory = spec.workingDirectory ?? image.workingDirectory ?? ""
    if workingDirectory.isEmpty { workingDirectory = "/" }
    user = spec.user ?? image.user ?? ""
    stopSignal = spec.stopSignal ?? image.stopSignal ?? "SIGTERM"
    healthcheck = Self.healthcheck(spec.healthcheck, image.healthcheck)
    let mounted = Set(spec.mounts.map { Self.normalized($0.target) })
    imageVolumes = image.volumes.filter { !mounted.contains(Self.normalized($0)) }.sorted()
    exposedPorts = Set(image.exposedPorts).union(spec.expose.map { $0.contains("/") ? $0 : "\($0)/tcp" })
      .union(spec.ports.map { "\($0.containerPort)/\($0.transport.rawValue)" }).sorted()
    labels = image.labels.merging(spec.labels) { $1 }
    environment = Self.environment(spec, image, hostname: hostname)
  }

  private static func environment(_ spec: ContainerSpec, _ image: ExecutionParameters, hostname: String) -> [String] {
    var values: [(name: String, value: String)] = []
    var places: [String: Int] = [:]
    func set(_ name: String, _ value: String) {
      if let place = places[name] {
        values[place].value = value
      } else {
        places[name] = values.count
        values.append((name, value))
      }
    }
    set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    set("HOSTNAME", hostname)
    if spec.tty { set("TERM", "xterm") }
    for entry in image.environment {
      guard let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
      set(String(entry[..<equals]), String(entry[entry.utf8.index(after: equals)...]))
    }
    for (name, value) in spec.environment.sorted(by: { $0.key < $1.key }) { set(name, value) }
    let unset = Set(spec.unsetEnvironment ?? [])
    return values.filter { !unset.contains($0.name) }.map { "\($0.name)=\($0.value)" }
  }

  /// Each field that is absent is the image's.
  private static func healthcheck(_ asked: HealthcheckSpec?, _ image: Healthcheck?) -> HealthcheckSpec? {
    var check = asked ?? HealthcheckSpec()
    if check.test.isEmpty { check.test = image?.test ?? [] }
    check.interval = check.interval ?? image?.interval
    check.timeout = check.timeout ?? image?.timeout
    check.startPeriod = check.startPeriod ?? image?.startPeriod
    check.startInterval = check.startInterval ?? image?.startInterval
    check.retries = check.retries ?? image?.retries
    return check.test.isEmpty || check.test[0] == "NONE" ? nil : check
  }

  /// `/data/` and `/data` are one place.
  static func normalized(_ path: String) -> String {
    "/" + path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }.joined(separator: "/")
  }
}
