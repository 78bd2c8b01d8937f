/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same run on every machine.
public struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  /// Seeds that lie side by side lead to sequences that have nothing in common.
  public init(_ seed: UInt64) { state = Self.mixed(seed) }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(state)
  }

  private static func mixed(_ number: UInt64) -> UInt64 {
    var z = number
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// True once in `n` times.
  public mutating func one(in n: Int) -> Bool { below(n) == 0 }

  public mutating func below(_ n: Int) -> Int { Int.random(in: 0..<n, using: &self) }

  /// Up to `count` of the pieces, in any order.
  public mutating func text(of pieces: [String], upTo count: Int) -> String {
    (0..<Int.random(in: 0...count, using: &self)).map { _ in pieces.randomElement(using: &self)! }.joined()
  }
}
