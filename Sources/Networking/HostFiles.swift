import Diagnostics
import Linux
import Spec

/// The contents of /etc/hosts, /etc/resolv.conf and /etc/hostname of a container.
public enum HostFiles {
  /// - Parameter hostGateway: what `host-gateway` in `extra_hosts` stands for.
  /// - Parameter links: names and addresses that `links` adds.
  public static func hosts(
    hostname: String, domainname: String?, addresses: [IPAddress], extraHosts: [String], hostGateway: [IPAddress],
    links: [(name: String, address: IPAddress)] = []
  ) throws(Failure) -> String { throw Failure(.unsupported, "not built yet") }

  /// - Parameter host: the host's own /etc/resolv.conf.
  /// - Parameter nameServer: 127.0.0.11 answers; else the resolvers are named directly (host network).
  public static func resolverConfiguration(
    host: ResolverConfiguration, dns: [String], search: [String], options: [String], nameServer: Bool
  ) -> String { "" }

  public static func hostname(_ name: String) -> String { name + "\n" }
}

/// What a resolv.conf says: resolv.conf(5).
public struct ResolverConfiguration: Hashable, Sendable {
  public var nameservers: [String] = []
  public var search: [String] = []
  public var options: [String] = []

  public init() {}
  public init(parsing text: String) {}
}
