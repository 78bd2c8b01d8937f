/// One step of a firewall rule: it loads into a register, compares a register (and ends the rule where that fails), or acts.
/// Registers of 16 bytes are 1 to 4, those of 4 bytes 8 to 23 (8 to 11 are the parts of 1).
public struct NftExpression: Hashable, Sendable {
  public var name: String
  /// Attributes.
  public var data: [UInt8]

  private init(_ name: String, _ fill: (inout NetlinkBytes) -> Void) {
    var data = NetlinkBytes()
    fill(&data)
    self.name = name
    self.data = data.bytes
  }

  /// What a packet is known by besides its bytes.
  public enum Meta: UInt32, Sendable {
    case inputInterfaceName = 6
    case outputInterfaceName = 7
    case networkProtocol = 15
    case transportProtocol = 16
  }

  public static func meta(_ key: Meta, to register: UInt32) -> NftExpression {
    NftExpression("meta") {
      $0.attribute(2, network: key.rawValue)
      $0.attribute(1, network: register)
    }
  }

  public enum Base: UInt32, Sendable {
    case network = 1
    case transport = 2
  }

  /// Bytes of the packet's header.
  public static func payload(_ base: Base, offset: UInt32, length: UInt32, to register: UInt32) -> NftExpression {
    NftExpression("payload") {
      $0.attribute(1, network: register)
      $0.attribute(2, network: base.rawValue)
      $0.attribute(3, network: offset)
      $0.attribute(4, network: length)
    }
  }

  public enum Connection: UInt32, Sendable {
    case state = 0
    case status = 2
  }

  public static func connection(_ key: Connection, to register: UInt32) -> NftExpression {
    NftExpression("ct") {
      $0.attribute(2, network: key.rawValue)
      $0.attribute(1, network: register)
    }
  }

  /// The type of the destination address in the host's routing: RTN_LOCAL is 2.
  public static func destinationType(to register: UInt32) -> NftExpression {
    NftExpression("fib") {
      $0.attribute(3, network: UInt32(2))
      $0.attribute(2, network: UInt32(3))
      $0.attribute(1, network: register)
    }
  }

  /// Goes on where the register's first bytes are (or are not) these.
  public static func compare(_ register: UInt32, equal: Bool = true, _ bytes: [UInt8]) -> NftExpression {
    NftExpression("cmp") {
      $0.attribute(1, network: register)
      $0.attribute(2, network: UInt32(equal ? 0 : 1))
      $0.nested(3) { $0.attribute(1, bytes) }
    }
  }

  /// Goes on where one of the bits is set.
  public static func anyBit(_ register: UInt32, of bits: UInt32) -> [NftExpression] {
    let mask = NetlinkBytes.native(bits)
    let none = [UInt8](repeating: 0, count: 4)
    let masked = NftExpression("bitwise") {
      $0.attribute(1, network: register)
      $0.attribute(2, network: register)
      $0.attribute(3, network: UInt32(4))
      $0.nested(4) { $0.attribute(1, mask) }
      $0.nested(5) { $0.attribute(1, none) }
    }
    return [masked, compare(register, equal: false, none)]
  }

  /// Goes on where the key in the register is in the set; loads the value of a map.
  public static func lookup(_ register: UInt32, in set: String, value: UInt32? = nil) -> NftExpression {
    NftExpression("lookup") {
      $0.attribute(1, text: set)
      $0.attribute(2, network: register)
      if let value { $0.attribute(3, network: value) }
      $0.attribute(5, network: UInt32(0))
    }
  }

  /// A number from `offset` up to `offset + modulus - 1`, another one for every packet.
  public static func random(modulus: UInt32, offset: UInt32 = 0, to register: UInt32) -> NftExpression {
    NftExpression("numgen") {
      $0.attribute(1, network: register)
      $0.attribute(2, network: modulus)
      $0.attribute(3, network: UInt32(1))
      $0.attribute(4, network: offset)
    }
  }

  /// Changes the destination to the address and the port in two registers.
  public static func destinationNAT(_ family: Nftables.Family, address: UInt32, port: UInt32) -> NftExpression {
    NftExpression("nat") {
      $0.attribute(1, network: UInt32(1))
      $0.attribute(2, network: UInt32(family.rawValue))
      $0.attribute(3, network: address)
      $0.attribute(5, network: port)
      $0.attribute(7, network: UInt32(3))
    }
  }

  /// A constant in a register.
  public static func immediate(_ bytes: [UInt8], to register: UInt32) -> NftExpression {
    NftExpression("immediate") {
      $0.attribute(1, network: register)
      $0.nested(2) { $0.attribute(1, bytes) }
    }
  }

  /// Changes the source to the address of the interface that the packet leaves by.
  public static let masquerade = NftExpression("masq") { _ in }

  public enum Verdict: Hashable, Sendable {
    case accept
    case drop
    case jump(String)
    case leave

    fileprivate var code: Int32 {
      switch self {
      case .drop: 0
      case .accept: 1
      case .jump: -3
      case .leave: -5
      }
    }
  }

  public static func verdict(_ verdict: Verdict) -> NftExpression {
    NftExpression("immediate") {
      $0.attribute(1, network: UInt32(0))
      $0.nested(2) {
        $0.nested(2) {
          $0.attribute(1, network: verdict.code)
          if case .jump(let chain) = verdict { $0.attribute(2, text: chain) }
        }
      }
    }
  }
}

extension NetlinkBytes {
  static func native(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}
