/// What a value of a compose file may look like, in the terms of the specification's JSON schema. Alternatives of the
/// schema always differ in their JSON type, so a shape says for each type whether it may stand here, and how.
struct Shape: Sendable {
  struct Scalars: OptionSet, Sendable {
    let rawValue: UInt8
    static let string = Scalars(rawValue: 1)
    static let integer = Scalars(rawValue: 2)
    static let number = Scalars(rawValue: 4)
    static let boolean = Scalars(rawValue: 8)
    static let null = Scalars(rawValue: 16)
  }

  enum Pattern: Sendable {
    case containerName, pullPolicy
  }

  var scalars: Scalars = []
  /// The strings that are allowed; empty: any.
  var choices: [String] = []
  var pattern: Pattern?
  var range: ClosedRange<Int>?
  var items: Items?
  var object: Object?

  final class Items: Sendable {
    let shape: Shape
    let areUnique: Bool

    init(_ shape: Shape, areUnique: Bool) {
      self.shape = shape
      self.areUnique = areUnique
    }
  }

  /// A mapping: with known attributes, with keys that the user chooses, or with both.
  final class Object: Sendable {
    let attributes: [String: Shape]
    let required: [String]
    /// Attributes that begin with `x-` are allowed.
    let isExtensible: Bool
    /// Keys that the user chooses.
    let keys: Keys?
    let values: Shape?

    init(
      _ attributes: [String: Shape], required: [String] = [], isExtensible: Bool = true, keys: Keys? = nil,
      values: Shape? = nil
    ) {
      self.attributes = attributes
      self.required = required
      self.isExtensible = isExtensible
      self.keys = keys
      self.values = values
    }
  }

  enum Keys: Sendable {
    case any
    /// Letters, digits, `.`, `_` and `-`; others are errors.
    case names
    /// As `names`, but others pass unchecked.
    case openNames
    /// Small letters; others pass unchecked.
    case openLetters

    func fits(_ key: String) -> Bool {
      switch self {
      case .any: return !key.isEmpty
      case .names, .openNames:
        return !key.isEmpty
          && key.utf8.allSatisfy { byte in
            Template.isNamePart(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
          }
      case .openLetters:
        return !key.isEmpty && key.utf8.allSatisfy { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
      }
    }

    var isOpen: Bool {
      switch self {
      case .openNames, .openLetters: true
      case .any, .names: false
      }
    }
  }
}

// MARK: The words that the schema is written in

extension Shape {
  static let string = Shape(scalars: .string)
  static let boolean = Shape(scalars: .boolean)
  static let integer = Shape(scalars: .integer)
  static let number = Shape(scalars: .number)
  static let booleanOrString = Shape(scalars: [.boolean, .string])
  static let integerOrString = Shape(scalars: [.integer, .string])
  static let numberOrString = Shape(scalars: [.number, .string])

  static func list(_ items: Shape, unique: Bool = false) -> Shape { Shape(items: Items(items, areUnique: unique)) }
  static let strings = list(.string)
  static let uniqueStrings = list(.string, unique: true)
  static let stringOrList = string | uniqueStrings

  static func choice(_ choices: String...) -> Shape { Shape(scalars: .string, choices: choices) }

  static func object(
    _ attributes: [String: Shape], required: [String] = [], isExtensible: Bool = true
  ) -> Shape {
    Shape(object: Object(attributes, required: required, isExtensible: isExtensible))
  }

  static func mapping(_ keys: Keys = .any, of values: Shape) -> Shape {
    Shape(object: Object([:], isExtensible: false, keys: keys, values: values))
  }

  static let listOrMapping =
    mapping(of: Shape(scalars: [.string, .number, .boolean, .null])) | list(.string, unique: true)

  var orNull: Shape {
    var copy = self
    copy.scalars.insert(.null)
    return copy
  }

  func within(_ range: ClosedRange<Int>) -> Shape {
    var copy = self
    copy.range = range
    return copy
  }

  /// One or the other; they may not both say something about lists, mappings or strings.
  static func | (left: Shape, right: Shape) -> Shape {
    var both = left
    both.scalars.formUnion(right.scalars)
    both.choices += right.choices
    both.pattern = left.pattern ?? right.pattern
    both.range = left.range ?? right.range
    both.items = left.items ?? right.items
    both.object = left.object ?? right.object
    return both
  }

  /// The types that may stand here, in words.
  var wanted: String {
    var words: [String] = []
    if scalars.contains(.string) { words.append("a string") }
    if scalars.contains(.number) {
      words.append("a number")
    } else if scalars.contains(.integer) {
      words.append("an integer")
    }
    if scalars.contains(.boolean) { words.append(scalars == .boolean ? "true or false" : "a boolean") }
    if items != nil { words.append("a list") }
    if object != nil { words.append("a mapping") }
    if scalars.contains(.null), words.isEmpty { words.append("null") }
    guard words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " or " + words.last!
  }
}
