import Diagnostics

extension Command {
  /// Understands a command line, the program's name not included.
  ///
  /// Throws a `Failure` whose hint names the help to read and whose exit status is the command's `usageStatus`.
  public func parse(_ words: [String]) throws(Failure) -> ParsedArguments {
    var parser = Parser(root: self, words: words)
    return try parser.run()
  }
}

/// One walk over the words. Flags of a command with subcommands stand before the subcommand's name, as everywhere in
/// the field; `inherited` ones may also follow it.
private struct Parser {
  var parsed: ParsedArguments
  var words: ArraySlice<String>
  /// Flags that the current command takes, by name and by letter.
  var flags: [Flag]
  var inherited: [Flag]

  init(root: Command, words: [String]) {
    parsed = ParsedArguments(root: root)
    self.words = words[...]
    inherited = root.inherited
    flags = root.flags
  }

  mutating func run() throws(Failure) -> ParsedArguments {
    var onlyPositionals = false
    while let word = words.popFirst() {
      if onlyPositionals || parsed.command.passesFlagsThrough || word == "-" || !word.hasPrefix("-") {
        try take(positional: word, enteringSubcommands: !onlyPositionals)
        if parsed.command.stopsAtFirstPositional && !parsed.positionals.isEmpty { onlyPositionals = true }
      } else if word == "--" {
        onlyPositionals = true
      } else if word.hasPrefix("--") {
        try take(long: word)
      } else {
        try take(cluster: word)
      }
      if parsed.wantsHelp { return parsed }
    }
    try check()
    return parsed
  }

  private mutating func take(positional word: String, enteringSubcommands: Bool) throws(Failure) {
    guard enteringSubcommands, parsed.positionals.isEmpty, !parsed.command.subcommands.isEmpty else {
      return parsed.positionals.append(word)
    }
    guard let next = parsed.command.subcommand(named: word) else {
      // A command may have subcommands and arguments of its own.
      if parsed.command.action != nil, parsed.command.arity.upperBound > 0 { return parsed.positionals.append(word) }
      throw UsageError.unknownCommand(word, in: parsed)
    }
    parsed.path.append(next)
    parsed.learn(next.flags)
    parsed.learn(next.inherited)
    inherited += next.inherited
    flags = next.flags
  }

  private mutating func take(long word: String) throws(Failure) {
    let body = word.dropFirst(2)
    let name = String(body.prefix { $0 != "=" })
    let attached = body.count > name.count ? String(body.dropFirst(name.count + 1)) : nil
    guard let flag = (flags + inherited).first(where: { $0.name == name || $0.aliases.contains(name) }) else {
      if name == "help" { return parsed.wantsHelp = true }
      throw UsageError.unknownFlag(name, in: parsed)
    }
    if let attached { return try store(attached, for: flag) }
    if flag.kind == .boolean { return try store("true", for: flag) }
    guard let value = words.popFirst() else {
      throw UsageError.needsArgument(flag, written: "--\(name)", parsed)
    }
    try store(value, for: flag)
  }

  /// `-d`, `-it`, `-n5`, `-n=5`, `-n 5`, `-dn5`: letters up to the first that takes a value, which the rest is.
  private mutating func take(cluster word: String) throws(Failure) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let flag = (flags + inherited).first(where: { $0.short == letter }) else {
        if letter == "h" { return parsed.wantsHelp = true }
        throw UsageError.unknownShorthand(letter, in: word, parsed)
      }
      if letters.first == "=", letters.count > 1 { return try store(String(letters.dropFirst()), for: flag) }
      if flag.kind == .boolean {
        try store("true", for: flag)
        continue
      }
      if !letters.isEmpty { return try store(String(letters), for: flag) }
      guard let value = words.popFirst() else {
        throw UsageError.needsArgument(flag, written: "'\(letter)' in \(word)", parsed)
      }
      return try store(value, for: flag)
    }
  }

  private mutating func store(_ value: String, for flag: Flag) throws(Failure) {
    let isValid =
      switch flag.kind {
      case .boolean: Boolean.parse(value) != nil
      case .integer: Integer.parse(value) != nil
      case .text, .list: true
      }
    guard isValid else { throw UsageError.invalidValue(value, for: flag, parsed) }
    // A flag given twice is its last value, but every value of a list counts.
    if flag.kind == .list {
      parsed.given[flag.name, default: []].append(value)
    } else {
      parsed.given[flag.name] = [value]
    }
  }

  private func check() throws(Failure) {
    for command in parsed.path {
      for flag in command.flags {
        guard let reason = flag.refusal, let value = parsed.given[flag.name]?.last else { continue }
        if flag.kind == .boolean && Boolean.parse(value) == false { continue }
        throw UsageError.refused(flag, because: reason, parsed)
      }
    }
    if parsed.command.action != nil, !parsed.command.arity.contains(parsed.positionals.count) {
      throw UsageError.wrongCount(parsed)
    }
  }
}
