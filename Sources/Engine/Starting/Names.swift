import Diagnostics
import Launch
import Linux
import Networking
import Runtime
import Spec

// How a container is found by name, and how it finds others.
extension Engine {
  /// The names by which a container is found on a network.
  func writeNames(of record: ContainerRecord, _ endpoint: Endpoint) throws {
    guard let attachment = record.attachments.first(where: { $0.network == endpoint.networkName }) else { return }
    try writeNames(of: record, attachment, endpoint.networkID, endpoint.addresses)
  }

  func writeNames(
    of record: ContainerRecord, _ attachment: NetworkAttachment, _ network: String, _ addresses: [IPAddress]
  ) throws {
    var names = [record.name]
    for name in attachment.aliases + [String(record.id.prefix(12)), record.spec.hostname ?? ""] {
      if !name.isEmpty, !names.contains(name) { names.append(name) }
    }
    try NameFile(addresses: addresses, names: names, network: attachment.network)
      .write(to: networkStore.names(network), container: record.id)
  }

  /// After a renaming.
  func writeNames(of record: ContainerRecord) throws {
    guard LiveState.of(host.container(record.id)).isAlive, let live = LiveNetwork.read(host.container(record.id)) else {
      return
    }
    guard live.standing == .inPlace else { return }
    for endpoint in live.endpoints {
      let addresses = [endpoint.ipv4, endpoint.ipv6].compactMap { $0.flatMap { InterfaceAddress($0)?.address } }
      try writeNames(of: record, endpoint.attachment, endpoint.networkID, addresses)
    }
  }

  /// Where the name server listens. A program in the container that binds 0.0.0.0:53 must find the port free, and whether
  /// one will is not to be known from its image; so queries for 127.0.0.11:53 are redirected to a port out of the way (60 µs
  /// a container). Only one that may change its own firewall, and so might flush the redirect as VPN clients do, has the
  /// name server on port 53 itself, unless it says that it uses that port.
  func nameServicePort(
    _ record: ContainerRecord, _ effective: EffectiveSpec, _ namespace: NetworkNamespace
  ) throws -> UInt16 {
    let added = record.spec.capabilitiesAdded.map { $0.uppercased() }
    let mayFlush = record.spec.privileged || added.contains { ["ALL", "NET_ADMIN", "CAP_NET_ADMIN"].contains($0) }
    let usesPort = effective.exposedPorts.contains { $0.split(separator: "/").first == "53" }
    if mayFlush, !usesPort { return 53 }
    // Above the usual range of ports that programs are given for their own sockets.
    let port: UInt16 = 61053
    try stack.redirectNameService(to: port, namespace: namespace)
    return port
  }

  func nameService(_ record: ContainerRecord, _ endpoints: [Endpoint], port: UInt16) throws -> DNSLaunch {
    var dns = DNSLaunch()
    dns.port = port
    dns.namesDirectories = endpoints.map { networkStore.names($0.networkID) }
    let host = hostResolver()
    let isInternal = endpoints.allSatisfy { $0.gateway4 == nil && $0.gateway6 == nil }
    (dns.upstreams, dns.insideUpstreams) = host.resolvers(dns: record.spec.dns, isInternal: isInternal)
    dns.search = record.spec.dnsSearch.isEmpty ? host.search : record.spec.dnsSearch
    return dns
  }

  func hostResolver() -> ResolverConfiguration {
    ResolverConfiguration(parsing: (try? readText("/etc/resolv.conf")) ?? "")
  }

  /// /etc/hosts, /etc/hostname and /etc/resolv.conf of a container, in its own folder.
  func writeHostFiles(
    _ record: ContainerRecord, _ effective: EffectiveSpec, _ network: PreparedNetwork,
    _ resources: inout LaunchResources
  ) throws {
    let paths = host.container(record.id)
    if case .container(let other) = record.spec.networkMode {
      // Who shares a namespace shares what is written about it.
      let shared = host.container(try containerStore.resolve(other))
      resources.hostsFile = shared.hosts
      resources.resolverFile = shared.resolver
      resources.hostnameFile = shared.hostname
      return
    }
    let folder = try Descriptor.open(paths.folder, .anchor)
    let addresses = network.live.endpoints.map { endpoint in
      [endpoint.ipv4, endpoint.ipv6].compactMap { $0.flatMap { InterfaceAddress($0)?.address } }
    }
    let gateways = try hostGateways(network.live.endpoints)
    let hosts = try HostFiles.hosts(
      hostname: effective.hostname, domainname: record.spec.domainname, addresses: addresses.flatMap { $0 },
      extraHosts: record.spec.extraHosts, hostGateway: gateways,
      links: try linkedNames(record))
    let resolver = HostFiles.resolverConfiguration(
      host: hostResolver(), dns: record.spec.dns, search: record.spec.dnsSearch, options: record.spec.dnsOptions,
      nameServer: resources.dns != nil)
    // Written over, not replaced: a container that runs has these very files mounted.
    try folder.write(hosts, to: "hosts")
    try folder.write(resolver, to: "resolv.conf")
    try folder.write(HostFiles.hostname(effective.hostname), to: "hostname")
    resources.hostsFile = paths.hosts
    resources.resolverFile = paths.resolver
    resources.hostnameFile = paths.hostname
  }

  /// Where a container finds this host: the gateway of a network with a way out, else the bridge of an internal one.
  private func hostGateways(_ endpoints: [NetworkEndpoint]) throws -> [IPAddress] {
    guard !endpoints.isEmpty else { return [.loopback] }
    let outward = endpoints.lazy.map { [$0.gateway4, $0.gateway6].compactMap { $0.flatMap { IPAddress($0) } } }
    if let found = outward.first(where: { !$0.isEmpty }) { return found }
    for endpoint in endpoints {
      guard let network = try networkStore.read(endpoint.networkID) else { continue }
      let bridge = try BridgeDefinition(networkID: network.id, spec: network.spec)
      if !bridge.gateways.isEmpty { return bridge.gateways.map(\.address) }
    }
    return []
  }

  /// What `links: container:alias` adds to /etc/hosts: where the other container is now.
  private func linkedNames(_ record: ContainerRecord) throws -> [(name: String, address: IPAddress)] {
    let own = record.attachments.flatMap { $0.links ?? [] }
    return try Array(Set(record.spec.links + (record.spec.externalLinks ?? []) + own)).sorted().flatMap {
      link -> [(name: String, address: IPAddress)] in
      let parts = link.split(separator: ":", maxSplits: 1).map(String.init)
      // On a network of its own kind a link may be there before its target is.
      let isLenient = !record.attachments.contains { $0.network == Self.defaultNetwork }
      if isLenient, (try? containerStore.resolve(parts[0])) == nil { return [] }
      let other = try self.record(parts[0])
      let live = LiveNetwork.read(host.container(other.id))
      let shared = live?.endpoints.first { endpoint in
        record.attachments.contains { $0.network == endpoint.network }
      }
      guard let text = shared?.ipv4 ?? shared?.ipv6, let address = InterfaceAddress(text)?.address else { return [] }
      return [parts.last!, other.name].map { ($0, address) }
    }
  }
}

extension Descriptor {
  /// Replaces the content of a file in this folder, keeping the file.
  fileprivate func write(_ text: String, to name: String) throws(SystemError) {
    let file = try open(name, [.writeOnly, .create, .truncate], mode: 0o644)
    try file.writeAll(text)
  }
}
