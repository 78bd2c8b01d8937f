/// A user-defined network.
public struct NetworkSpec: Codable, Hashable, Sendable {
  /// Unique on this machine.
  public var name: String
  public var driver = "bridge"
  public var driverOptions: [String: String] = [:]
  public var isInternal = false
  public var enableIPv4 = true
  public var enableIPv6 = false
  public var attachable = false
  public var ipamDriver: String?
  public var ipamOptions: [String: String] = [:]
  public var pools: [AddressPool] = []
  public var labels: [String: String] = [:]

  public init(name: String) { self.name = name }

  enum CodingKeys: String, CodingKey {
    case name, driver
    case driverOptions = "driver_opts"
    case isInternal = "internal"
    case enableIPv4 = "enable_ipv4"
    case enableIPv6 = "enable_ipv6"
    case attachable
    case ipamDriver = "ipam_driver"
    case ipamOptions = "ipam_options"
    case pools = "ipam_config"
    case labels
  }
}

/// One entry of `ipam.config`.
public struct AddressPool: Codable, Hashable, Sendable {
  /// CIDR; a default pool is used where it is absent.
  public var subnet: String?
  public var ipRange: String?
  public var gateway: String?
  public var auxiliaryAddresses: [String: String] = [:]

  public init(subnet: String? = nil, ipRange: String? = nil, gateway: String? = nil) {
    self.subnet = subnet
    self.ipRange = ipRange
    self.gateway = gateway
  }

  enum CodingKeys: String, CodingKey {
    case subnet
    case ipRange = "ip_range"
    case gateway
    case auxiliaryAddresses = "aux_addresses"
  }
}

/// A container's place on one network.
public struct NetworkAttachment: Codable, Hashable, Sendable {
  /// The network's name on this machine.
  public var network: String
  public var aliases: [String] = []
  public var ipv4Address: String?
  public var ipv6Address: String?
  public var linkLocalAddresses: [String] = []
  public var macAddress: String?
  public var interfaceName: String?
  /// Order in which networks are attached: higher first.
  public var priority = 0
  /// The default route goes through the attachment with the highest.
  public var gatewayPriority = 0
  public var driverOptions: [String: String] = [:]
  /// `container:alias`: what others are called by this container alone; `nil`: nothing was said.
  public var links: [String]?

  public init(network: String) { self.network = network }

  enum CodingKeys: String, CodingKey {
    case network, aliases
    case ipv4Address = "ipv4_address"
    case ipv6Address = "ipv6_address"
    case linkLocalAddresses = "link_local_ips"
    case macAddress = "mac_address"
    case interfaceName = "interface_name"
    case priority
    case gatewayPriority = "gw_priority"
    case driverOptions = "driver_opts"
    case links
  }
}

/// One published port.
public struct PortSpec: Codable, Hashable, Sendable {
  public enum Transport: String, Codable, Hashable, Sendable { case tcp, udp, sctp }

  /// Empty: every address of this machine.
  public var hostAddress: String
  /// `nil`: a free port is chosen. A range of more than one: any free one of it.
  public var hostPorts: ClosedRange<UInt16>?
  public var containerPort: UInt16
  public var transport: Transport

  public init(
    containerPort: UInt16, hostPorts: ClosedRange<UInt16>? = nil, hostAddress: String = "", transport: Transport = .tcp
  ) {
    self.containerPort = containerPort
    self.hostPorts = hostPorts
    self.hostAddress = hostAddress
    self.transport = transport
  }

  enum CodingKeys: String, CodingKey {
    case hostAddress = "host_ip"
    case hostPorts = "published"
    case containerPort = "target"
    case transport = "protocol"
  }
}
