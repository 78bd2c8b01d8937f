/// One flag of a command, with the semantics of the pflag library that the tools of the field are written with:
/// `-d`, `-itv`, `-p8080:80`, `-p 8080:80`, `--tail=5`, `--tail 5`, `--tty=false`.
public struct Flag: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Takes a value only behind `=`; alone it is true.
    case boolean
    case text
    /// A whole number in Go's notation: `10`, `-1`, `0x10`, `0o17`, `0b1`, `1_000`.
    case integer
    /// May be given several times; every value counts, in order.
    case list
  }

  /// The long name without dashes.
  public var name: String
  public var short: Character?
  public var kind: Kind
  /// What help shows for the value: `string`, `stringArray`, `int`.
  public var placeholder: String
  public var summary: String
  /// The value where the flag is not given, as it would be written.
  public var initial: String?
  /// The initial value as help tells it, where that differs from what the program reads.
  public var shownInitial: String?
  public var values = ValueSource.none
  /// Other long names, understood for scripts that know them.
  public var aliases: [String] = []
  /// Understood but not shown in help or offered by the shell.
  public var isHidden = false
  /// Given with a value that would matter, the flag is refused for this reason.
  public var refusal: String?

  public init(
    _ name: String, _ short: Character? = nil, kind: Kind, placeholder: String = "", summary: String,
    initial: String? = nil
  ) {
    self.name = name
    self.short = short
    self.kind = kind
    self.placeholder = placeholder
    self.summary = summary
    self.initial = initial
  }

  public static func boolean(_ name: String, _ short: Character? = nil, _ summary: String, initially: Bool = false)
    -> Flag
  {
    Flag(name, short, kind: .boolean, summary: summary, initial: initially ? "true" : nil)
  }

  public static func text(
    _ name: String, _ short: Character? = nil, _ summary: String, initially: String? = nil,
    placeholder: String = "string", values: ValueSource = .none
  ) -> Flag {
    var flag = Flag(name, short, kind: .text, placeholder: placeholder, summary: summary, initial: initially)
    flag.values = values
    return flag
  }

  public static func integer(_ name: String, _ short: Character? = nil, _ summary: String, initially: Int? = nil)
    -> Flag
  {
    Flag(name, short, kind: .integer, placeholder: "int", summary: summary, initial: initially.map(String.init))
  }

  public static func list(
    _ name: String, _ short: Character? = nil, _ summary: String, placeholder: String = "stringArray",
    values: ValueSource = .none
  ) -> Flag {
    var flag = Flag(name, short, kind: .list, placeholder: placeholder, summary: summary)
    flag.values = values
    return flag
  }

  /// The same flag, understood but not advertised.
  public var hidden: Flag {
    var copy = self
    copy.isHidden = true
    return copy
  }

  /// The same flag, which goes by other long names, too.
  public func aliased(_ names: String...) -> Flag {
    var copy = self
    copy.aliases += names
    return copy
  }

  /// The same flag, known by name but not something this program does.
  public func refused(because reason: String) -> Flag {
    var copy = self
    copy.refusal = reason
    return copy
  }

  /// The same flag, whose initial value is told in other words.
  public func showing(initial: String) -> Flag {
    var copy = self
    copy.shownInitial = initial
    return copy
  }

  /// As messages name it: `-t, --timeout`.
  public var title: String { short.map { "-\($0), --\(name)" } ?? "--\(name)" }
}
