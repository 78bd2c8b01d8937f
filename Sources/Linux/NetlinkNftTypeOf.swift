extension Nftables {
  /// What a part of a set's key or value stands for, in the notation of `nft` (`typeof ip daddr . th dport`). The kernel only
  /// keeps it; without it `nft` cannot list keys that hold a plain number, nor load its own listing again.
  public enum TypeOf: Hashable, Sendable {
    /// `meta l4proto`
    case transportProtocol
    /// `th dport`
    case destinationPort
    /// `ip daddr`, `ip6 daddr`
    case destination4
    case destination6
    /// `numgen random mod …`
    case random(modulus: UInt32)

    // Numbers of nft's own lists of expressions, protocols and fields, which it keeps as they are because they are stored
    // here (libnftables: expression.h, proto.h).
    fileprivate var expression: UInt32 {
      switch self {
      case .transportProtocol: 9
      case .destinationPort, .destination4, .destination6: 7
      case .random: 23
      }
    }

    fileprivate var parameters: [UInt8] {
      switch self {
      case .transportProtocol: TypeOf.item(0, UInt32(16))
      case .destinationPort: TypeOf.item(0, UInt32(11)) + TypeOf.item(1, UInt32(2))
      case .destination4: TypeOf.item(0, UInt32(12)) + TypeOf.item(1, UInt32(12))
      case .destination6: TypeOf.item(0, UInt32(13)) + TypeOf.item(1, UInt32(9))
      case .random(let modulus):
        TypeOf.item(0, UInt32(1)) + TypeOf.item(1, modulus) + TypeOf.item(2, UInt32(0))
      }
    }

    private static func item(_ type: UInt8, _ bytes: [UInt8]) -> [UInt8] { [type, UInt8(bytes.count)] + bytes }

    static func item(_ type: UInt8, _ number: UInt32) -> [UInt8] { item(type, NetlinkBytes.native(number)) }

    /// A concatenation.
    private static func joined(_ parts: [TypeOf]) -> [UInt8] {
      let concatenation: UInt32 = 13
      var list: [UInt8] = []
      for (index, part) in parts.enumerated() {
        list += item(UInt8(index), item(0, part.expression) + item(1, part.parameters))
      }
      return item(0, concatenation) + item(1, list)
    }

    /// The user data of a map: byte orders, which concatenations do not have, and the two notations.
    static func userData(key: [TypeOf], value: [TypeOf]) -> [UInt8] {
      item(0, UInt32(0)) + item(1, UInt32(0)) + item(3, joined(key)) + item(4, joined(value)) + item(6, UInt32(0))
    }
  }
}
