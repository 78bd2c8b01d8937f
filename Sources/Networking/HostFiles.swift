import Diagnostics
import Linux

/// The contents of /etc/hosts, /etc/resolv.conf and /etc/hostname of a container, as Docker writes them.
public enum HostFiles {
  /// - Parameter addresses: the container's own, of all its networks; empty without a network.
  /// - Parameter extraHosts: `name=address` or `name:address`; the address may stand in brackets or be `host-gateway`.
  /// - Parameter hostGateway: what `host-gateway` stands for: the gateways of the network with the default route.
  /// - Parameter links: names and addresses that `links` adds.
  public static func hosts(
    hostname: String, domainname: String?, addresses: [IPAddress], extraHosts: [String], hostGateway: [IPAddress],
    links: [(name: String, address: IPAddress)] = []
  ) throws(Failure) -> String {
    var lines = [
      "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", "fe00::0\tip6-localnet",
      "ff00::0\tip6-mcastprefix", "ff02::1\tip6-allnodes", "ff02::2\tip6-allrouters",
    ]
    for entry in extraHosts {
      for (name, address) in try extraHost(entry, hostGateway: hostGateway) { lines.append("\(address)\t\(name)") }
    }
    lines += links.map { "\($0.address)\t\($0.name)" }
    let names = domainname.flatMap { $0.isEmpty ? nil : "\(hostname).\($0) \(hostname)" } ?? hostname
    lines += addresses.map { "\($0)\t\(names)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func extraHost(
    _ entry: String, hostGateway: [IPAddress]
  ) throws(Failure) -> [(name: String, address: IPAddress)] {
    // The first of either sign: an IPv6 address is full of colons, a name has none.
    guard let separator = entry.firstIndex(where: { $0 == "=" || $0 == ":" }), separator != entry.startIndex else {
      throw Failure(
        .invalidInput, "extra_hosts: \"\(entry)\" is no name with an address", hint: "write it like somehost=192.0.2.7")
    }
    let name = String(entry[..<separator])
    var text = String(entry[entry.index(after: separator)...])
    if text == "host-gateway" {
      guard !hostGateway.isEmpty else {
        throw Failure(
          .invalidInput, "extra_hosts: \(name) is host-gateway, and the container has no network with a gateway",
          hint: "attach it to a network that is not internal, or write the address")
      }
      return hostGateway.map { (name, $0) }
    }
    if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
    guard let address = IPAddress(text) else {
      throw Failure(.invalidInput, "extra_hosts: \(name) has \"\(text)\", which is no IP address")
    }
    return [(name, address)]
  }

  /// - Parameter host: the host's own /etc/resolv.conf.
  /// - Parameter nameServer: 127.0.0.11 answers and forwards; else the resolvers are named directly (host network).
  public static func resolverConfiguration(
    host: ResolverConfiguration, dns: [String], search: [String], options: [String], nameServer: Bool
  ) -> String {
    var lines: [String] = []
    if nameServer {
      lines.append("nameserver 127.0.0.11")
    } else {
      lines += (dns.isEmpty ? host.nameservers : dns).map { "nameserver \($0)" }
    }
    // "." alone asks for an empty list.
    let domains = search.isEmpty ? host.search : search.filter { $0 != "." }
    if !domains.isEmpty { lines.append("search " + domains.joined(separator: " ")) }
    var chosen = options.isEmpty ? host.options : options
    // Names of one word are answered here first, so they are asked as they are.
    if nameServer, !chosen.contains(where: { $0.hasPrefix("ndots:") }) { chosen.append("ndots:0") }
    if !chosen.isEmpty { lines.append("options " + chosen.joined(separator: " ")) }
    return lines.map { $0 + "\n" }.joined()
  }

  public static func hostname(_ name: String) -> String { name + "\n" }
}

/// What a resolv.conf says: resolv.conf(5). The last `search` or `domain` counts.
public struct ResolverConfiguration: Hashable, Sendable {
  public var nameservers: [String] = []
  public var search: [String] = []
  public var options: [String] = []

  public init() {}

  /// Which resolvers a container's name server forwards to, from the host's network namespace and from inside the
  /// container's. Of a container that is on internal networks only, nothing is sent through the host, or names would carry
  /// data out (CVE-2024-29018); a resolver that was named for it is asked from inside, where it reaches its networks. So is
  /// one on the container's own loopback.
  /// - Parameter dns: what `dns` names; else the host's resolvers are taken.
  /// - Parameter isInternal: all its networks are internal.
  public func resolvers(dns: [String], isInternal: Bool) -> (outside: [String], inside: [String]) {
    if isInternal { return ([], dns) }
    if dns.isEmpty { return (nameservers, []) }
    let isLoopback = { (text: String) in IPAddress(text)?.isLoopback == true }
    return (dns.filter { !isLoopback($0) }, dns.filter(isLoopback))
  }

  public init(parsing text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }.map(String.init)
      guard let keyword = words.first, !keyword.hasPrefix("#"), !keyword.hasPrefix(";") else { continue }
      switch keyword {
      case "nameserver": nameservers += words.dropFirst().prefix(1)
      case "search": search = Array(words.dropFirst())
      case "domain": search = Array(words.dropFirst().prefix(1))
      case "options": options += words.dropFirst()
      default: break
      }
    }
  }
}
