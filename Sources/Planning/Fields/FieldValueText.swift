import Diagnostics

extension FieldValue: CustomStringConvertible {
  /// As JSON on one line; what may not be shown is `(hidden)`.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .string(let text): Quotation.json.quote(text)
    case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\(Quotation.json.quote($0.name)): \($0.value)" }.joined(separator: ", "))}"
    case .hidden: "(hidden)"
    }
  }
}
