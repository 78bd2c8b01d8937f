/// Numbers as a person writes them in a project file: `1m30s`, `64m`, `1.5`, `0444`.
enum Units {
  static func text(_ value: Int64, of field: String) -> String? {
    switch field {
    case "stop_grace_period", "interval", "timeout", "start_period", "start_interval", "delay", "window":
      duration(value)
    case "mem_limit", "memswap_limit", "mem_reservation", "shm_size", "size": bytes(value)
    case "cpus": decimal(value)
    case "mode": "0" + String(value, radix: 8)
    default: nil
    }
  }

  /// Of nanoseconds.
  static func duration(_ value: Int64) -> String? {
    guard value >= 0 else { return nil }
    if value == 0 { return "0s" }
    var rest = value
    var text = ""
    for (unit, size) in [
      ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ] as [(String, Int64)] where rest >= size {
      text += "\(rest / size)\(unit)"
      rest %= size
    }
    return text
  }

  /// Only where the unit divides it.
  private static func bytes(_ value: Int64) -> String? {
    for (unit, size) in [("g", 1 << 30), ("m", 1 << 20), ("k", 1 << 10)] as [(String, Int64)]
    where value > 0 && value % size == 0 {
      return "\(value / size)\(unit)"
    }
    return nil
  }

  /// Of billionths.
  private static func decimal(_ value: Int64) -> String? {
    guard value >= 0 else { return nil }
    var fraction = String(value % 1_000_000_000)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return fraction.isEmpty ? "\(value / 1_000_000_000)" : "\(value / 1_000_000_000).\(fraction)"
  }
}

extension FieldValue {
  func inUnits(named name: String?) -> FieldValue {
    switch self {
    case .integer(let value): name.flatMap { Units.text(value, of: $0) }.map { .string($0) } ?? self
    case .list(let values): .list(values.map { $0.inUnits(named: nil) })
    case .object(let members): .object(members.map { Member($0.name, $0.value.inUnits(named: $0.name)) })
    default: self
    }
  }
}
