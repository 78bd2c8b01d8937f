import Diagnostics
import Linux
import Spec

/// A bridge network as the kernel is to have it. Derived from a network's specification; nothing here is looked up.
public struct BridgeDefinition: Hashable, Sendable {
  /// The network's id, 64 hexadecimal digits.
  public var networkID: String
  public var networkName: String
  /// The bridge's name in the host's namespace: `br-` and 12 digits of the id, unless
  /// `com.docker.network.bridge.name` says another.
  public var interface: String
  /// The gateway's address on the bridge with the subnet's length, at most one for each family.
  public var gateways: [InterfaceAddress]
  /// No way out and no way in, but for this host.
  public var isInternal: Bool
  /// Containers on the network may talk to each other (`com.docker.network.bridge.enable_icc`).
  public var allowsIntercontainer = true
  /// What leaves gets the host's address (`com.docker.network.bridge.enable_ip_masquerade`).
  public var masquerades = true
  /// Bytes; `nil`: the kernel's 1500.
  public var mtu: UInt32?
  /// Where ports are published that name no address (`com.docker.network.bridge.host_binding_ipv4`).
  public var defaultBinding: IPAddress?
  /// What the names of interfaces in containers begin with (`com.docker.network.container_iface_prefix`).
  public var interfacePrefix = "eth"
  /// The name was chosen by a person, so the bridge may have been there before.
  public var hasChosenName = false
  /// There is no bridge: containers stand on `interface` themselves (`macvlan`, `ipvlan`).
  public var direct: Rtnetlink.ChildLink.Kind?

  /// - Parameter spec: with its pools filled in (`AddressPlan.resolve`).
  /// - Throws: what the driver's options say wrongly, or an option that Davit does not know.
  public init(networkID: String, spec: NetworkSpec) throws(Failure) {
    self.networkID = networkID
    networkName = spec.name
    isInternal = spec.isInternal
    interface = "br-" + networkID.prefix(12)
    gateways = try AddressPool.gateways(of: spec)
    if Self.directDrivers.contains(spec.driver) {
      do { try readDirect(spec.driver, spec.driverOptions) } catch { throw error.about("network \(spec.name)") }
      return
    }
    do { for (option, value) in spec.driverOptions.sorted(by: { $0.key < $1.key }) { try apply(option, value) } } catch
    {
      throw error.about("network \(spec.name)")
    }
  }

  public var subnets: [Subnet] { gateways.map(\.subnet) }

  public func gateway(_ family: IPAddress.Family) -> InterfaceAddress? {
    gateways.first { $0.address.family == family }
  }

  /// Made up from the network's id, so it is the same after a reboot. Locally administered, unicast.
  var macAddress: [UInt8] {
    let digits = networkID.utf8.prefix(10).map { UInt8(String(UnicodeScalar($0)), radix: 16) ?? 0 }
    var bytes: [UInt8] = [0x02]
    for index in stride(from: 0, to: digits.count - 1, by: 2) { bytes.append(digits[index] << 4 | digits[index + 1]) }
    return bytes + [UInt8](repeating: 0, count: 6 - bytes.count)
  }

  private mutating func apply(_ option: String, _ value: String) throws(Failure) {
    let bridge = "com.docker.network.bridge."
    switch option {
    case bridge + "name":
      guard InterfaceName.isValid(value) else { throw InterfaceName.failure(value, option) }
      interface = value
      hasChosenName = true
    case bridge + "enable_icc": allowsIntercontainer = try boolean(value, option)
    case bridge + "enable_ip_masquerade": masquerades = try boolean(value, option)
    case bridge + "host_binding_ipv4":
      guard let address = IPAddress(value), address.family == .v4 else {
        throw Failure(.invalidInput, "\(option) is \"\(value)\", which is no IPv4 address")
      }
      defaultBinding = address
    case bridge + "gateway_mode_ipv4", bridge + "gateway_mode_ipv6":
      guard value == "nat" else {
        throw Failure(
          .unsupported, "\(option) is \"\(value)\": bridges of Davit publish ports and translate addresses",
          hint: "leave it out; \(bridge)enable_ip_masquerade: \"false\" lets containers keep their addresses")
      }
    case bridge + "inhibit_ipv4":
      guard try !boolean(value, option) else {
        throw Failure(
          .unsupported, "\(option): a bridge of Davit is the gateway of its network",
          hint: "use the driver macvlan or ipvlan for a network that has its gateway elsewhere")
      }
    case "com.docker.network.container_iface_prefix":
      // A number follows.
      guard InterfaceName.isValid(value + "00") else { throw InterfaceName.failure(value, option) }
      interfacePrefix = value
    case "com.docker.network.driver.mtu": try readMTU(value, option)
    default:
      throw Failure(
        .unsupported, "the option \(option) is not known",
        hint: "known are \(bridge)name, enable_icc, enable_ip_masquerade, host_binding_ipv4, "
          + "com.docker.network.container_iface_prefix and com.docker.network.driver.mtu")
    }
  }

  mutating func readMTU(_ value: String, _ option: String) throws(Failure) {
    guard let number = UInt32(value), (68...65535).contains(number) else {
      throw Failure(.invalidInput, "\(option) is \"\(value)\", which is no number from 68 to 65535")
    }
    mtu = number
  }

  private func boolean(_ value: String, _ option: String) throws(Failure) -> Bool {
    switch value.lowercased() {
    case "true", "1", "t": return true
    case "false", "0", "f": return false
    default: throw Failure(.invalidInput, "\(option) is \"\(value)\", which is neither true nor false")
    }
  }
}

/// Names of interfaces as the kernel takes them (dev_valid_name).
enum InterfaceName {
  static func isValid(_ name: String) -> Bool {
    (1...15).contains(name.utf8.count) && name != "." && name != ".."
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") || $0 <= 0x20 }
  }

  static func failure(_ name: String, _ attribute: String) -> Failure {
    Failure(
      .invalidInput, "\(attribute) is \"\(name)\", which cannot name an interface",
      hint: "use 1 to 15 characters, without white space, \"/\" and \":\"")
  }
}

extension AddressPool {
  /// The gateways of a specification whose pools are filled in, the first of each family.
  static func gateways(of spec: NetworkSpec) throws(Failure) -> [InterfaceAddress] {
    var gateways: [InterfaceAddress] = []
    for pool in spec.pools {
      guard let text = pool.subnet, let subnet = Subnet(text) else { continue }
      guard let gateway = pool.gateway.flatMap({ IPAddress($0.prefix { $0 != "/" }) }) else { continue }
      guard !gateways.contains(where: { $0.address.family == subnet.family }) else { continue }
      gateways.append(InterfaceAddress(gateway, in: subnet))
    }
    return gateways
  }
}
