extension Step {
  /// Every instruction but `FROM`.
  public init(_ instruction: Instruction) throws(SyntaxFailure) {
    let reader = StepReader(instruction: instruction)
    action = try reader.action()
    lines = instruction.lines
    original = instruction.original
  }
}

/// Checks the number of arguments and the flags of each instruction. The messages are BuildKit's.
private struct StepReader {
  let instruction: Instruction

  private var words: [String] { instruction.arguments }
  private var name: String { instruction.name.uppercased() }

  private func failure(_ message: String) -> SyntaxFailure {
    SyntaxFailure(message: message, lines: instruction.lines)
  }

  func action() throws(SyntaxFailure) -> Step.Action {
    switch instruction.keyword {
    case "add": return .add(try copying(isAdd: true))
    case "arg": return .argument(try definitions())
    case "cmd": return .command(try plain(commandLine))
    case "copy": return .copy(try copying(isAdd: false))
    case "entrypoint": return .entrypoint(try plain(commandLine))
    case "env": return .environment(try plain(try pairs()))
    case "expose":
      return .expose(try plain(try some().sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }))
    case "healthcheck": return .healthcheck(try healthcheck())
    case "label": return .label(try plain(try pairs()))
    case "maintainer": return .maintainer(try plain(try one()))
    case "onbuild": return .onBuild(try plain(try trigger()))
    case "run": return .run(try run())
    case "shell": return .shell(try shell())
    case "stopsignal": return .stopSignal(try one())
    case "user": return .user(try plain(try one()))
    case "volume": return .volume(try plain(try volumes()))
    case "workdir": return .workingDirectory(try plain(try one()))
    default:
      var unknown = failure("unknown instruction: \(instruction.name)")
      unknown.unknown = SyntaxFailure.Unknown(word: name, known: Instruction.names)
      throw unknown
    }
  }

  /// For an instruction without flags.
  private func plain<Value>(_ value: @autoclosure () throws(SyntaxFailure) -> Value) throws(SyntaxFailure) -> Value {
    _ = try InstructionFlags(instruction)
    return try value()
  }

  private func some() throws(SyntaxFailure) -> [String] {
    guard !words.isEmpty else { throw failure("\(name) requires at least one argument") }
    return words
  }

  private func one() throws(SyntaxFailure) -> String {
    guard words.count == 1 else { throw failure("\(name) requires exactly one argument") }
    return words[0]
  }

  private var commandLine: CommandLine {
    CommandLine(
      words: instruction.isJSON || words.isEmpty ? words : [words.joined(separator: " ")], isShell: !instruction.isJSON)
  }

  private func pairs() throws(SyntaxFailure) -> [Pair] {
    let words = try some()
    var pairs: [Pair] = []
    for index in stride(from: 0, to: words.count - 2, by: 3) {
      guard !words[index].isEmpty else { throw failure("\(name) names can not be blank") }
      pairs.append(Pair(name: words[index], value: words[index + 1]))
    }
    return pairs
  }

  private func definitions() throws(SyntaxFailure) -> [ArgumentDefinition] {
    var definitions: [ArgumentDefinition] = []
    for word in try some() {
      guard let equals = word.firstIndex(of: "=") else {
        definitions.append(ArgumentDefinition(name: word))
        continue
      }
      guard equals != word.startIndex else { throw failure("ARG names can not be blank") }
      definitions.append(
        ArgumentDefinition(name: String(word[..<equals]), value: String(word[word.index(after: equals)...])))
    }
    return definitions
  }

  private func volumes() throws(SyntaxFailure) -> [String] {
    let volumes = try some().map { String($0.withoutSpace) }
    guard volumes.allSatisfy({ !$0.isEmpty }) else { throw failure("VOLUME specified can not be an empty string") }
    return volumes
  }

  private func shell() throws(SyntaxFailure) -> [String] {
    _ = try InstructionFlags(instruction)
    let words = try some()
    guard instruction.isJSON else {
      throw failure("SHELL requires the arguments to be in JSON form")
    }
    return words
  }

  private func trigger() throws(SyntaxFailure) -> String {
    guard let triggered = instruction.triggered.first else {
      throw failure("ONBUILD requires at least one argument")
    }
    switch triggered.keyword {
    case "onbuild": throw failure("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    case "maintainer", "from":
      throw failure("\(triggered.name.uppercased()) isn't allowed as an ONBUILD trigger")
    default:
      return instruction.heredocs.reduce(triggered.original) { "\($0)\n\($1.content)\($1.name)" }
    }
  }

  private func run() throws(SyntaxFailure) -> Run {
    let flags = try InstructionFlags(instruction, text: ["network", "security"], lists: ["mount"])
    let network = flags["network"] ?? "default"
    guard ["default", "none", "host"].contains(network) else { throw failure("invalid network mode \"\(network)\"") }
    let security = flags["security"] ?? "sandbox"
    guard ["sandbox", "insecure"].contains(security) else { throw failure("security \"\(security)\" is not valid") }
    for mount in flags.list("mount") {
      do { try MountOption.checkBeforeSubstitution(mount) } catch { throw failure(error.description) }
    }
    return Run(
      command: commandLine, heredocs: instruction.heredocs, mounts: flags.list("mount"), network: network,
      security: security)
  }

  private func copying(isAdd: Bool) throws(SyntaxFailure) -> Copying {
    guard words.count >= 2 else {
      throw failure(
        "\(name) requires at least two arguments, but only one was provided. Destination could not be determined")
    }
    let flags = try InstructionFlags(
      instruction, text: ["chown", "chmod"] + (isAdd ? ["checksum"] : ["from"]), lists: ["exclude"],
      switches: ["link"] + (isAdd ? ["keep-git-dir", "unpack"] : ["parents"]))
    var copying = Copying(destination: words[words.count - 1])
    guard (try? Heredoc(word: copying.destination)) == nil else {
      throw failure("\(name) cannot accept a heredoc as a destination")
    }
    for word in words.dropLast() {
      if !instruction.isJSON, let mark = try? Heredoc(word: word),
        let heredoc = instruction.heredocs.last(where: { $0.name == mark.name })
      {
        copying.inline.append(heredoc)
      } else {
        copying.sources.append(word)
      }
    }
    copying.from = flags["from"].flatMap { $0.isEmpty ? nil : $0 }
    copying.owner = flags["chown"].flatMap { $0.isEmpty ? nil : $0 }
    copying.mode = flags["chmod"].flatMap { $0.isEmpty ? nil : $0 }
    copying.link = flags.isOn("link")
    copying.parents = flags.isOn("parents")
    copying.exclude = flags.list("exclude")
    copying.checksum = flags["checksum"].flatMap { $0.isEmpty ? nil : $0 }
    copying.keepGitDirectory = flags.choice("keep-git-dir")
    copying.unpack = flags.choice("unpack")
    return copying
  }

  private func healthcheck() throws(SyntaxFailure) -> HealthcheckSettings {
    let kind = try some()[0].uppercased()
    let rest = Array(words.dropFirst())
    if kind == "NONE" {
      guard rest.isEmpty else { throw failure("HEALTHCHECK NONE takes no arguments") }
      return HealthcheckSettings(test: ["NONE"])
    }
    let flags = try InstructionFlags(
      instruction, text: ["interval", "timeout", "start-period", "start-interval", "retries"])
    guard kind == "CMD" else { throw failure("Unknown type \"\(kind)\" in HEALTHCHECK (try CMD)") }
    guard !rest.isEmpty else { throw failure("Missing command after HEALTHCHECK CMD") }
    var settings = HealthcheckSettings(
      test: instruction.isJSON ? ["CMD"] + rest : ["CMD-SHELL", rest.joined(separator: " ")])
    settings.interval = try interval(flags, "interval")
    settings.timeout = try interval(flags, "timeout")
    settings.startPeriod = try interval(flags, "start-period")
    settings.startInterval = try interval(flags, "start-interval")
    if let text = flags["retries"], !text.isEmpty {
      guard let retries = Int32(text) else { throw failure("--retries: \"\(text)\" is no number") }
      guard retries >= 0 else { throw failure("--retries cannot be negative (\(retries))") }
      settings.retries = Int(retries)
    }
    return settings
  }

  private func interval(_ flags: InstructionFlags, _ name: String) throws(SyntaxFailure) -> Int64 {
    guard let text = flags[name], !text.isEmpty else { return 0 }
    guard let nanoseconds = Interval.nanoseconds(text) else { throw failure("invalid duration \"\(text)\"") }
    guard nanoseconds == 0 || nanoseconds >= 1_000_000 else {
      throw failure("Interval \"\(name)\" cannot be less than 1ms")
    }
    return nanoseconds
  }
}

extension Instruction {
  static let names = [
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
  ]
}
