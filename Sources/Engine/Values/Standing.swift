/// Whether names and published ports lead to a running container. During a roll-out two containers run in one place.
public enum Standing: String, Codable, Hashable, Sendable {
  case inPlace = "in_place"
  /// Nothing leads to it yet.
  case standby
  /// Another one has taken over from it.
  case relieved
}
