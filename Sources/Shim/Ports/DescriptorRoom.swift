/// How many descriptors the relays of one container may have together, whatever the network does: the rest of what a
/// process may open (1024, where nobody says otherwise) is for the shim's other duties.
final class DescriptorRoom {
  static let limit = 600

  private(set) var used = 0
  /// Something was given back.
  var onFree: () -> Void = {}

  func has(_ count: Int) -> Bool { used + count <= DescriptorRoom.limit }

  func take(_ count: Int) { used += count }

  func giveBack(_ count: Int) {
    used -= count
    onFree()
  }
}
