/// What the owners of a tree are called outside of the user namespace that it belongs to: `count` ids from `first` on
/// (user_namespaces(7)).
public struct OwnerShift: Hashable, Sendable {
  private var first: UInt32 = 0
  private var count = UInt32.max

  /// They are called the same everywhere.
  public static let none = OwnerShift()

  private init() {}

  public init(first: UInt32, count: UInt32) {
    self.first = first
    self.count = count
  }

  /// An id that the map does not have stays as it is, and the kernel says what it thinks of it.
  func outside(_ id: UInt32) -> UInt32 { id < count ? first + id : id }

  /// What the map does not have belongs to the overflow id, as it does inside.
  func inside(_ id: UInt32) -> UInt32 { id >= first && id - first < count ? id - first : 65_534 }
}
