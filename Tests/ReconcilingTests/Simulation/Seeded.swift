/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same run on every machine.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  /// Seeds that lie side by side lead to sequences that have nothing in common.
  init(_ seed: UInt64) { state = Self.mixed(seed) }

  mutating func next() -> UInt64 {
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
  mutating func one(in n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

  mutating func below(_ n: Int) -> Int { Int.random(in: 0..<n, using: &self) }
}
