import Launch

/// What a container may do with device nodes of a kind: one entry of the allow list.
public struct DeviceRule: Hashable, Sendable {
  public enum Kind: String, Sendable { case all = "a", block = "b", character = "c" }

  public var kind: Kind
  /// `nil`: any.
  public var major: UInt32?
  public var minor: UInt32?
  /// Of `r`, `w`, `m`.
  public var access: String

  public init(_ kind: Kind, _ major: UInt32?, _ minor: UInt32?, _ access: String) {
    self.kind = kind
    self.major = major
    self.minor = minor
    self.access = access
  }

  /// `c 1:3 rwm`, as v1's devices.allow takes it.
  public var text: String {
    "\(kind.rawValue) \(major.map { "\($0)" } ?? "*"):\(minor.map { "\($0)" } ?? "*") \(access)"
  }

  /// Reads `c 1:3 rwm` and `a *:* rwm`.
  public init?(_ text: String) {
    let fields = text.split(separator: " ")
    guard fields.count == 3, let kind = Kind(rawValue: String(fields[0])), !fields[2].isEmpty,
      fields[2].allSatisfy({ "rwm".contains($0) })
    else { return nil }
    let numbers = fields[1].split(separator: ":")
    guard numbers.count == 2 else { return nil }
    let parsed = numbers.map { $0 == "*" ? UInt32?.none : UInt32($0) }
    guard zip(numbers, parsed).allSatisfy({ $0 == "*" || $1 != nil }) else { return nil }
    self.init(kind, parsed[0], parsed[1], String(fields[2]))
  }

  /// What every container may: make any node (CAP_MKNOD decides), and use those that are in every /dev.
  public static let standard: [DeviceRule] = [
    DeviceRule(.character, nil, nil, "m"),
    DeviceRule(.block, nil, nil, "m"),
    DeviceRule(.character, 1, 3, "rwm"),  // null
    DeviceRule(.character, 1, 5, "rwm"),  // zero
    DeviceRule(.character, 1, 7, "rwm"),  // full
    DeviceRule(.character, 1, 8, "rwm"),  // random
    DeviceRule(.character, 1, 9, "rwm"),  // urandom
    DeviceRule(.character, 5, 0, "rwm"),  // tty
    DeviceRule(.character, 5, 1, "rwm"),  // console
    DeviceRule(.character, 5, 2, "rwm"),  // ptmx
    DeviceRule(.character, 136, nil, "rwm"),  // pts/*
  ]
}
