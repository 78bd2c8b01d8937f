import Arguments
import Compose
import Diagnostics
import Engine
import Images
import OCI
import Spec

/// The container that a command line of `run` or `create` describes.
struct RequestedContainer {
  var spec: ContainerSpec
  /// Volumes that are to be made with options, where they are not there yet.
  var volumes: [VolumeSpec] = []

  private let invocation: Invocation
  private var arguments: ParsedArguments { invocation.arguments }

  /// - Parameter spec: its image is not looked at yet.
  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let arguments = invocation.arguments
    spec = ContainerSpec(name: arguments.given("name") ?? ContainerName.random(), image: arguments.positionals[0])
    try takeProcess()
    try takeNotes()
    try takeNames()
    try takeNetworks(arguments)
    try takeFiles()
    try takePrivileges()
    try spec.resources.takeForCreation(arguments)
    try takeLife()
  }

  private func invalid(_ message: String) -> Failure {
    Failure(.invalidInput, message, exitStatus: arguments.command.usageStatus)
  }

  private mutating func takeProcess() throws {
    let command = arguments.positionals.dropFirst()
    spec.command = command.isEmpty ? nil : Array(command)
    // An empty one takes the image's away.
    if arguments.isGiven("entrypoint") { spec.entrypoint = arguments.given("entrypoint").map { [$0] } ?? [] }
    let here = try invocation.workingDirectory
    for file in arguments.list("env-file") {
      let variables = try ShortSyntax.variables(of: file, from: here) { [invocation] in invocation.variable($0) }
      spec.environment.merge(variables) { $1 }
    }
    for entry in arguments.list("env") where entry.first ?? "=" == "=" {
      throw arguments.invalid("env", "invalid environment variable: \(entry)")
    }
    spec.environment.merge(Environment.pairs(arguments.list("env")) { invocation.variable($0) }) { $1 }
    spec.groups = arguments.list("group-add")
    spec.initProcess = arguments.boolean("init")
    spec.tty = arguments.boolean("tty")
    spec.stdinOpen = arguments.boolean("interactive")
    spec.user = arguments.given("user")
    spec.workingDirectory = arguments.given("workdir")
    if let folder = spec.workingDirectory, !folder.hasPrefix("/") {
      throw invalid("the working directory '\(folder)' is invalid, it needs to be an absolute path")
    }
  }

  private mutating func takeNotes() throws {
    let here = try invocation.workingDirectory
    for file in arguments.list("label-file") {
      spec.labels.merge(try ShortSyntax.variables(of: file, from: here) { _ in "" }) { $1 }
    }
    spec.labels.merge(arguments.map("label")) { $1 }
    spec.annotations = arguments.map("annotation")
    for entry in arguments.list("annotation") where !entry.contains("=") {
      throw arguments.invalid("annotation", "\(entry) must be formatted as key=value")
    }
  }

  private mutating func takeNames() throws {
    spec.hostname = arguments.given("hostname")
    spec.domainname = arguments.given("domainname")
    spec.platform = arguments.given("platform") ?? invocation.variable("DOCKER_DEFAULT_PLATFORM")
    spec.pullPolicy = arguments.given("pull")
    spec.extraHosts = try arguments.list("add-host").map { entry in
      let separator = entry.contains("=") ? "=" as Character : ":"
      guard let index = entry.firstIndex(of: separator), index != entry.startIndex else {
        throw arguments.invalid("add-host", "bad format for add-host: \"\(entry)\"", hint: "write host:ip")
      }
      return "\(entry[..<index])=\(entry[entry.index(after: index)...])"
    }
    spec.dns = arguments.list("dns")
    spec.dnsOptions = arguments.list("dns-option") + arguments.list("dns-opt")
    spec.dnsSearch = arguments.list("dns-search").filter { $0 != "." }
    spec.links = arguments.list("link").map { $0.contains(":") ? $0 : "\($0):\($0)" }
  }

  private mutating func takeFiles() throws {
    for text in arguments.list("volume") {
      var mount: MountSpec
      do { mount = try ShortSyntax.volume(text) } catch { throw withStatus(error) }
      if mount.kind == .bind { mount.source = try absolute(mount.source) }
      spec.mounts.append(mount)
    }
    for text in arguments.list("mount") {
      let parsed: MountText
      do { parsed = try MountText(text) } catch { throw withStatus(error) }
      if let volume = parsed.volume { volumes.append(volume) }
      var mount = parsed.mount
      if mount.kind == .bind { mount.source = try absolute(mount.source) }
      spec.mounts.append(mount)
    }
    spec.mounts += arguments.list("tmpfs").map(ShortSyntax.tmpfs)
    var targets: Set<String> = []
    for mount in spec.mounts where !targets.insert(mount.target).inserted {
      throw invalid("duplicate mount point: \(mount.target)")
    }
    if let driver = arguments.given("volume-driver"), driver != "local" {
      throw Failure(
        .unsupported, "there is no volume driver \"\(driver)\"", subject: "--volume-driver",
        exitStatus: arguments.command.usageStatus)
    }
    spec.volumesFrom = arguments.list("volumes-from")
    spec.readOnly = arguments.boolean("read-only")
    spec.shmSize = try arguments.bytes("shm-size")
    spec.storageOptions = arguments.map("storage-opt")
  }

  private func absolute(_ path: String) throws -> String {
    if path.hasPrefix("/") { return path }
    if path.hasPrefix("~") { throw invalid("\(path): the shell replaces ~ only at the beginning of a word") }
    var parts = try invocation.workingDirectory.split(separator: "/").map(String.init)
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private mutating func takePrivileges() throws {
    spec.capabilitiesAdded = arguments.list("cap-add")
    spec.capabilitiesDropped = arguments.list("cap-drop")
    spec.cgroupParent = arguments.given("cgroup-parent")
    spec.cgroup = try namespace("cgroupns", ["host", "private"])
    spec.ipc = try namespace("ipc", ["none", "private", "shareable", "host"], orContainer: true)
    spec.pid = try namespace("pid", ["private", "host"], orContainer: true)
    spec.uts = try namespace("uts", ["private", "host"])
    if let text = arguments.given("userns") {
      guard let mode = NamespaceMode(users: text) else {
        throw arguments.invalid("userns", "invalid USER mode: \(text)", hint: "use host or private")
      }
      spec.userns = mode
    }
    spec.privileged = arguments.boolean("privileged")
    spec.runtime = arguments.given("runtime")
    spec.securityOptions = arguments.list("security-opt")
    spec.sysctls = try pairs("sysctl")
    spec.deviceCgroupRules = arguments.list("device-cgroup-rule")
    spec.devices = try arguments.list("device").map(device)
    if let isolation = arguments.given("isolation"), isolation != "default" {
      throw Failure(
        .unsupported, "there is no isolation \"\(isolation)\" on Linux", subject: "--isolation",
        exitStatus: arguments.command.usageStatus)
    }
    if let gpus = arguments.given("gpus") { spec.devices += try self.gpus(gpus).devices() }
    for text in arguments.list("ulimit") {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let numbers = parts.count == 2 ? parts[1].split(separator: ":").map { Int64($0) } : []
      guard (1...2).contains(numbers.count), let soft = numbers[0], let hard = numbers[numbers.count - 1],
        soft >= -1, hard == -1 || soft <= hard
      else { throw arguments.invalid("ulimit", "invalid ulimit argument: \(text)", hint: "write nofile=1024:2048") }
      spec.ulimits[parts[0]] = Ulimit(soft: soft, hard: hard)
    }
  }

  private func namespace(_ flag: String, _ modes: [String], orContainer: Bool = false) throws -> NamespaceMode {
    guard let mode = arguments.given(flag) else { return .private }
    guard modes.contains(mode) || orContainer && mode.hasPrefix("container:") && mode.count > 10 else {
      throw arguments.invalid(flag, "invalid \(flag) mode: \(mode)", hint: "use \(modes.joined(separator: ", "))")
    }
    return NamespaceMode(mode)
  }

  private func pairs(_ flag: String) throws -> [String: String] {
    for entry in arguments.list(flag) where !entry.contains("=") {
      throw arguments.invalid(flag, "invalid argument \"\(entry)\": write NAME=VALUE")
    }
    return arguments.map(flag)
  }

  /// `/dev/sda[:/dev/xvda][:rwm]`
  /// `all`, a number, or docker's list: `driver=nvidia,"device=0,1"`, `count=2,capabilities=gpu`.
  private func gpus(_ text: String) throws -> DeviceRequest {
    if text == "all" { return DeviceRequest() }
    if let count = Int(text), count >= 0 { return DeviceRequest(count: count) }
    var request = DeviceRequest()
    for field in CommaSeparated.fields(text) {
      let parts = field.split(separator: "=", maxSplits: 1).map(String.init)
      let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
      switch parts.first {
      case "driver": request.driver = values.first ?? ""
      case "device": request.ids = values
      case "capabilities": request.capabilities = values
      case "count" where values == ["all"] || values == ["-1"]: request.count = nil
      case "count" where values.first.flatMap { Int($0) } ?? -1 >= 0: request.count = Int(values[0])
      default:
        throw arguments.invalid(
          "gpus", "unexpected \"\(field)\"", hint: "write all, a number, or device=NAME, driver=, count=, capabilities="
        )
      }
    }
    return request
  }

  private func device(_ text: String) throws -> DeviceSpec {
    // A name of the Container Device Interface: vendor.com/class=device.
    if !text.hasPrefix("/"), text.contains("="), text.contains("/") { return DeviceSpec(source: text, target: text) }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    func isPermissions(_ text: String) -> Bool { !text.isEmpty && text.allSatisfy { "rwm".contains($0) } }
    guard parts.count <= 3, parts[0].hasPrefix("/") else {
      throw arguments.invalid("device", "invalid device specification: \(text)", hint: "write /dev/path[:path[:rwm]]")
    }
    switch parts.count {
    case 1: return DeviceSpec(source: text, target: text)
    case 2 where isPermissions(parts[1]): return DeviceSpec(source: parts[0], target: parts[0], permissions: parts[1])
    case 2: return DeviceSpec(source: parts[0], target: parts[1])
    default:
      guard isPermissions(parts[2]) else { throw arguments.invalid("device", "bad mode specified: \(parts[2])") }
      return DeviceSpec(source: parts[0], target: parts[1], permissions: parts[2])
    }
  }

  private mutating func takeLife() throws {
    spec.restart = try arguments.restartPolicy() ?? RestartPolicy()
    spec.autoRemove = arguments.boolean("rm")
    if spec.autoRemove, spec.restart.condition != .no {
      throw invalid("conflicting options: cannot specify both --restart and --rm")
    }
    spec.stopSignal = arguments.given("stop-signal")
    spec.stopGracePeriod = arguments.number("stop-timeout").map { $0 * 1_000_000_000 }
    spec.logging = LoggingSpec(
      driver: arguments.given("log-driver") ?? "json-file", options: try pairs("log-opt"))
    let healthFlags = [
      "health-cmd", "health-interval", "health-retries", "health-start-interval", "health-start-period",
      "health-timeout",
    ]
    let hasHealth = healthFlags.contains(where: arguments.isGiven)
    guard !arguments.boolean("no-healthcheck") else {
      if hasHealth { throw invalid("--no-healthcheck conflicts with --health-* options") }
      return spec.healthcheck = HealthcheckSpec.none
    }
    guard hasHealth else { return }
    var check = HealthcheckSpec(test: arguments.given("health-cmd").map { ["CMD-SHELL", $0] } ?? [])
    check.interval = try arguments.duration("health-interval")
    check.timeout = try arguments.duration("health-timeout")
    check.startPeriod = try arguments.duration("health-start-period")
    check.startInterval = try arguments.duration("health-start-interval")
    check.retries = arguments.number("health-retries").map(Int.init)
    if check.retries ?? 0 < 0 { throw invalid("--health-retries cannot be negative") }
    spec.healthcheck = check
  }

  private func withStatus(_ failure: Failure) -> Failure {
    var failure = failure
    failure.exitStatus = arguments.command.usageStatus
    return failure
  }
}
