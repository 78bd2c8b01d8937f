import Spec
import YAML

extension ContainerSpec {
  /// Networks are still named by their keys in the project, services by theirs.
  mutating func readNetworking(_ attributes: inout Attributes) {
    hostname = attributes.string("hostname")
    domainname = attributes.string("domainname")
    dns = attributes.list("dns")
    dnsSearch = attributes.list("dns_search")
    dnsOptions = attributes.list("dns_opt")
    extraHosts = attributes.list("extra_hosts")
    macAddress = attributes.string("mac_address")
    expose = attributes.list("expose")
    links = attributes.list("links")
    networks = attributes.named("networks").map { key, entry in
      var entry = entry
      return NetworkAttachment(key, &entry)
    }
    ports = attributes.objects("ports").compactMap { PortSpec($0) }
    switch attributes.string("network_mode") {
    case nil: break
    case "bridge", "default": networks = [NetworkAttachment(network: "bridge")]
    case let mode?: networkMode = NetworkMode(mode.replacingPrefix("service:", by: "container:service:"))
    }
    let external = attributes.list("external_links")
    externalLinks = external.isEmpty ? nil : external
  }
}

extension String {
  func replacingPrefix(_ prefix: String, by other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}

extension NetworkAttachment {
  init(_ key: String, _ attributes: inout Attributes) {
    self.init(network: key)
    aliases = attributes.list("aliases")
    ipv4Address = attributes.string("ipv4_address")
    ipv6Address = attributes.string("ipv6_address")
    linkLocalAddresses = attributes.list("link_local_ips")
    macAddress = attributes.string("mac_address")
    interfaceName = attributes.string("interface_name")
    priority = Int(attributes.integer("priority") ?? 0)
    gatewayPriority = Int(attributes.integer("gw_priority") ?? 0)
    driverOptions = attributes.strings("driver_opts")
    attributes.finish()
  }
}

extension PortSpec {
  init?(_ entry: Attributes) {
    var entry = entry
    let text = entry.string("protocol") ?? "tcp"
    guard let transport = Transport(rawValue: text) else {
      entry.refuse("protocol", "there is no protocol \"\(text)\"", hint: "write tcp, udp or sctp")
      return nil
    }
    guard let target = entry.integer("target").flatMap({ UInt16(exactly: $0) }), target > 0 else {
      entry.refuse("target", "must be a port from 1 to 65535")
      return nil
    }
    var published: ClosedRange<UInt16>?
    if let text = entry.string("published"), !text.isEmpty, text != "0" {
      let ends = text.split(separator: "-").map { UInt16($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, 0 < first, first <= last
      else {
        entry.refuse("published", "\"\(text)\" is no port from 1 to 65535, nor a range of them")
        return nil
      }
      published = first...last
    }
    self.init(
      containerPort: target, hostPorts: published, hostAddress: entry.string("host_ip") ?? "", transport: transport)
    // `mode: ingress` is what every published port of one machine is; the names are for people.
    entry.skip("mode", "name", "app_protocol")
    entry.finish()
  }
}
