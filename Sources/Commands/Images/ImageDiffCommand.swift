import Arguments
import Diagnostics
import Engine
import Images
import Presentation

/// `davit image diff`: in what two images differ, their configurations and their files.
enum ImageDiffCommand {
  static var command: Command {
    var command = Command(
      "diff", "Show the files and the configuration in which two images differ", usage: "[OPTIONS] IMAGE IMAGE",
      flags: [
        .boolean("exit-code", nil, "Exit with 1 where the images differ"),
        .text(
          "format", nil, "Format the output. Values: [table | json]", initially: "table",
          values: .words(["table", "json"])),
        .boolean("quiet", "q", "Only show paths of files"),
      ], arity: 2...2, positionals: [.images]
    ) { try run(Invocation($0)) }
    command.details = """
      A, C and D stand before what is only in the second image, what is in both but different, and what is only in the
      first, as with docker diff. Times of files are not compared.
      """
    return command
  }

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    let format = arguments.text("format") ?? "table"
    guard ["table", "json"].contains(format) else {
      throw Failure(.invalidInput, "unsupported format: \(format)", subject: "--format", hint: "use table or json")
    }
    let engine = try invocation.engine()
    let hold = try engine.images.hold()
    defer { hold.release() }
    let images = try arguments.positionals.map { try engine.images.resolve($0, orAny: true) }
    let values = try arguments.positionals.map { try JSONValue(encoding: engine.images.inspect($0)) }
    let settings = ConfigurationDifference.between(values[0], values[1])
    var changes: [TreeChange] = []
    // The same layers hold the same files.
    if images[0].configuration.rootfs != images[1].configuration.rootfs {
      try TreeComparison.compare(engine.tree(of: images[0]), engine.tree(of: images[1])) { changes.append($0) }
    }
    if format == "json" {
      Output.standard.print(json(settings, changes).indented())
    } else {
      Output.standard.write(text(settings, changes, isQuiet: arguments.boolean("quiet")))
    }
    let isSame = settings.isEmpty && changes.isEmpty
    return arguments.boolean("exit-code") && !isSame ? ExitStatus.failure : ExitStatus.success
  }

  private static func text(_ settings: [ConfigurationDifference], _ changes: [TreeChange], isQuiet: Bool) -> String {
    if isQuiet { return changes.map { "\($0.kind.rawValue) \(printable($0.path))\n" }.joined() }
    var text = settings.map { "\($0)\n" }.joined()
    for change in changes {
      var details = change.details
      if change.size != change.formerSize {
        switch change.kind {
        case .added: details.append(HumanSize.decimal(change.size))
        case .deleted: details.append(HumanSize.decimal(change.formerSize))
        case .changed:
          details.append("\(HumanSize.decimal(change.formerSize)) → \(HumanSize.decimal(change.size))")
        }
      }
      let suffix = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
      text += "\(change.kind.rawValue) \(printable(change.path))\(printable(suffix))\n"
    }
    return text
  }

  private static func json(_ settings: [ConfigurationDifference], _ changes: [TreeChange]) -> JSONValue {
    .object([
      "Config": .array(
        settings.map {
          .object(["Field": .string($0.field), "Before": $0.before ?? .null, "After": $0.after ?? .null])
        }),
      "Files": .array(
        changes.map {
          .object([
            "Kind": .string($0.kind.rawValue), "Path": .string($0.path), "Details": JSONValue($0.details),
            "Size": .integer($0.size), "FormerSize": .integer($0.formerSize),
          ])
        }),
    ])
  }

  /// Names that strangers gave do not steer a terminal.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : $0 }))
  }
}

/// One field of two images' configurations that is not the same: what the first says and what the second says.
struct ConfigurationDifference: CustomStringConvertible {
  var field: String
  /// `nil`: it says nothing.
  var before: JSONValue?
  var after: JSONValue?

  /// Of two images as `inspect` tells them.
  static func between(_ before: JSONValue, _ after: JSONValue) -> [ConfigurationDifference] {
    var differences: [ConfigurationDifference] = []
    for key in ["Architecture", "Variant", "Os", "OsVersion", "Author"] {
      differences += compare(key, before[key], after[key])
    }
    guard case .object(let old)? = before["Config"], case .object(let new)? = after["Config"] else {
      return differences
    }
    for key in Set((old + new).map(\.key)).sorted() {
      differences += compare(key, before["Config"]?[key], after["Config"]?[key])
    }
    return differences
  }

  private static func compare(_ field: String, _ before: JSONValue?, _ after: JSONValue?) -> [ConfigurationDifference] {
    let (before, after) = (said(before), said(after))
    if before == after { return [] }
    // Of variables and mappings only what is different.
    if let old = members(field, before), let new = members(field, after) {
      return Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map {
        ConfigurationDifference(field: "\(field).\($0)", before: old[$0], after: new[$0])
      }
    }
    return [ConfigurationDifference(field: field, before: before, after: after)]
  }

  private static func said(_ value: JSONValue?) -> JSONValue? {
    switch value {
    case .null?, .string("")?, .array([])?, .object([])?: nil
    default: value
    }
  }

  private static func members(_ field: String, _ value: JSONValue?) -> [String: JSONValue]? {
    switch value {
    case nil: return [:]
    case .object(let members)?:
      return Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
    case .array(let lines)? where field == "Env":
      let pairs = lines.compactMap { line -> (String, JSONValue)? in
        guard case .string(let text) = line else { return nil }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], .string(parts.count > 1 ? parts[1] : ""))
      }
      return Dictionary(pairs) { _, last in last }
    default: return nil
    }
  }

  /// `C Env.PATH: "/bin" → "/usr/bin"`
  var description: String {
    switch (before, after) {
    case (nil, let after?): "A \(field): \(after.compact)"
    case (let before?, nil): "D \(field): \(before.compact)"
    default: "C \(field): \((before ?? .null).compact) → \((after ?? .null).compact)"
    }
  }
}
