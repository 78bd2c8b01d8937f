import Spec

extension CreateRequest {
  /// What is asked for, as the engine takes it. Networks keep the names or ids by which they were called.
  /// - Throws: 400 for what makes no sense, 501-like refusals for what this engine does not have.
  public func spec(name: String) throws(APIError) -> ContainerSpec {
    guard let image, !image.isEmpty else { throw .badRequest("no image specified") }
    var spec = ContainerSpec(name: name, image: image)
    spec.entrypoint = entrypoint?.words
    spec.command = command?.words
    for entry in environment ?? [] {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard !parts[0].isEmpty else { throw .badRequest("invalid environment variable: \(entry)") }
      if parts.count > 1 {
        spec.environment[parts[0]] = parts[1]
      } else {
        spec.unsetEnvironment = (spec.unsetEnvironment ?? []) + [parts[0]]
      }
    }
    spec.workingDirectory = nonEmpty(workingDirectory)
    if let directory = spec.workingDirectory, !directory.hasPrefix("/") {
      throw .badRequest("the working directory '\(directory)' is invalid, it needs to be an absolute path")
    }
    spec.user = nonEmpty(user)
    spec.tty = tty ?? false
    spec.stdinOpen = openStdin ?? false
    spec.stdinOnce = stdinOnce
    spec.hostname = nonEmpty(hostname)
    spec.domainname = nonEmpty(domainname)
    spec.macAddress = nonEmpty(macAddress)
    spec.labels = labels ?? [:]
    spec.stopSignal = nonEmpty(stopSignal)
    spec.stopGracePeriod = stopTimeout.map { $0 < 0 ? -1 : $0 * 1_000_000_000 }
    spec.expose = (exposedPorts ?? [:]).keys.sorted()
    spec.healthcheck = healthcheck.map(\.spec)
    for target in (volumes ?? [:]).keys.sorted() { spec.mounts.append(MountSpec(.volume, target: target)) }
    if networkDisabled ?? false { spec.networkMode = .none }
    try host?.apply(to: &spec)
    // Older clients say it here.
    spec.runtime = spec.runtime ?? nonEmpty(runtime)
    try applyNetworking(to: &spec)
    return spec
  }

  private func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

  private func applyNetworking(to spec: inout ContainerSpec) throws(APIError) {
    guard spec.networkMode == .networks else { return }
    for (network, body) in (networking?.endpoints ?? [:]).sorted(by: { $0.key < $1.key }) {
      let attachment = (body ?? nil)?.attachment(network) ?? NetworkAttachment(network: network)
      // The one that the network mode names comes first, and its settings are these.
      let name = network == "default" ? "bridge" : network
      if let place = spec.networks.firstIndex(where: { $0.network == name }) {
        spec.networks[place] = attachment
        spec.networks[place].network = name
      } else {
        spec.networks.append(attachment)
      }
    }
  }
}

extension EndpointBody {
  public func attachment(_ network: String) -> NetworkAttachment {
    func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    var attachment = NetworkAttachment(network: network)
    attachment.aliases = aliases ?? []
    attachment.ipv4Address = nonEmpty(addresses?.ipv4)
    attachment.ipv6Address = nonEmpty(addresses?.ipv6)
    attachment.linkLocalAddresses = addresses?.linkLocal ?? []
    attachment.macAddress = nonEmpty(macAddress)
    attachment.driverOptions = driverOptions ?? [:]
    attachment.gatewayPriority = gatewayPriority ?? 0
    attachment.links = links.flatMap { $0.isEmpty ? nil : $0 }
    return attachment
  }
}

extension HealthcheckBody {
  var spec: HealthcheckSpec {
    func nonZero<Number: BinaryInteger>(_ number: Number?) -> Number? { number.flatMap { $0 == 0 ? nil : $0 } }
    var spec = HealthcheckSpec(test: test ?? [])
    spec.interval = nonZero(interval)
    spec.timeout = nonZero(timeout)
    spec.startPeriod = nonZero(startPeriod)
    spec.startInterval = nonZero(startInterval)
    spec.retries = nonZero(retries)
    return spec
  }
}
