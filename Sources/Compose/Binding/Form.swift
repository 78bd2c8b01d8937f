/// What an attribute's value becomes in the canonical project.
indirect enum Form: Sendable {
  case string, boolean, integer, unsigned, float
  /// `1g` → `"1073741824"`.
  case bytes
  /// `90s` → `1m30s`.
  case duration
  /// `0444` → `"0444"`, 292 → `"0444"`.
  case fileMode
  /// A number, or the string `all`.
  case deviceCount
  case strings
  /// As `strings`, but numbers are taken as text.
  case texts
  /// A string is split as a shell would.
  case command
  /// A string is what a shell is given.
  case healthTest
  /// `KEY=value` lists and mappings; a missing value is the empty string.
  case labels
  /// As `labels`, but a missing value stays missing.
  case environment
  /// A mapping of scalars to text.
  case options
  /// A mapping of scalars or lists of them to lists of text.
  case multipleOptions
  /// `host=address`, one item per address, in order.
  case hosts
  case ulimit
  case ssh
  case record(Record)
  case records(Record)
  /// A mapping by names of the user's choice; a value that is not given is null.
  case mapping(Form)
  /// A mapping of objects; one that is not given has no attributes.
  case objects(Record)
}

/// The attributes of an object, in the order in which they are printed.
final class Record: Sendable {
  struct Field: Sendable {
    enum Presence: Sendable {
      /// Left out when it is empty, false or zero.
      case unlessEmpty
      /// Left out only when it was not given.
      case ifGiven
      /// Always there.
      case always
    }

    var name: String
    var form: Form
    var presence: Presence
    /// The name in JSON output.
    var jsonName: String
  }

  let fields: [Field]

  init(_ fields: [Field]) { self.fields = fields }
}

extension Record.Field {
  static func field(
    _ name: String, _ form: Form, _ presence: Presence = .unlessEmpty, json: String? = nil
  ) -> Self {
    Self(name: name, form: form, presence: presence, jsonName: json ?? name)
  }
}
