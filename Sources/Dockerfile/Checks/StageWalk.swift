/// Goes through the stages that are built as a build does: with the variables that are known at each instruction.
struct StageWalk {
  private let checks: Checks
  private(set) var findings: [CheckFinding] = []
  private var states: [Int: State] = [:]
  private var stage = 0
  private var options: CheckOptions

  /// What is known behind an instruction.
  private struct State {
    /// Those that have values; the values count only in texts.
    var values: [String: String] = [:]
    /// `ARG`, with a value or without.
    var declared: Set<String> = []
    var hasFolder = false
    var hasShell = false
    /// Instructions that count once: the lines of the one before.
    var last: [String: ClosedRange<Int>] = [:]
  }

  init(checks: Checks) {
    self.checks = checks
    options = checks.options
  }

  mutating func run() {
    var global = checks.predefined
    for definition in checks.recipe.arguments {
      let value = checks.arguments[definition.name] ?? definition.value.flatMap { try? checks.process($0, global).text }
      if let value { global[definition.name] = value }
    }
    // Instructions stand in the tree as steps do in stages.
    var rest = checks.tree.instructions.drop { $0.keyword != "from" }
    for index in checks.recipe.stages.indices {
      let from = rest.removeFirst()
      let steps = rest.prefix { $0.keyword != "from" }
      rest = rest.dropFirst(steps.count)
      stage = index
      options = checks.options.adjusted(by: from.comments)
      let base = checkFrom(from, global)
      guard checks.reached.contains(index) else { continue }
      var state = begin(base)
      for (instruction, step) in zip(steps, checks.recipe.stages[index].steps) {
        options = checks.options.adjusted(by: instruction.comments)
        check(instruction, step.action, global, &state)
      }
      states[index] = state
    }
  }

  private mutating func report(_ rule: CheckRule, _ message: String, _ lines: ClosedRange<Int>) {
    guard options.covers(rule) else { return }
    findings.append(CheckFinding(rule: rule, message: message, lines: lines))
  }

  // MARK: FROM

  /// - Returns: the name of the base.
  private mutating func checkFrom(_ from: Instruction, _ global: [String: String]) -> String {
    let stage = checks.recipe.stages[self.stage]
    let known = Set(global.keys).union(checks.recipe.arguments.map(\.name))
    func unknown(_ text: String) -> (result: WordLexer.Result, names: [String]) {
      let result = (try? checks.process(text, global)) ?? WordLexer.Result()
      return (result, result.unset.subtracting(known).sorted())
    }
    let base = unknown(stage.base)
    var missing = base.names
    if let text = stage.platform {
      let platform = unknown(text)
      missing += platform.names
      checkPlatform(text, platform.result, stage)
    }
    for name in missing {
      let nearest = Self.nearest(to: name, among: known).map { " (did you mean \($0)?)" } ?? ""
      report(.undefinedArgInFrom, "FROM argument '\(name)' is not declared\(nearest)", from.lines)
    }
    if checks.reached.contains(self.stage), let wrong = checks.bases[self.stage]?.wrongPlatform {
      report(
        .invalidBaseImagePlatform,
        "Base image \(base.result.text) was pulled with platform \"\(wrong.actual)\", expected \"\(wrong.expected)\" "
          + "for current build", from.lines)
    }
    return base.result.text
  }

  private mutating func checkPlatform(_ text: String, _ result: WordLexer.Result, _ stage: Stage) {
    if result.used == ["TARGETPLATFORM"], result.unset.isEmpty, result.text == checks.predefined["TARGETPLATFORM"] {
      report(
        .redundantTargetPlatform,
        "Setting platform to predefined \(text) in FROM is redundant as this is the default behavior", stage.lines)
    }
    guard result.used.isEmpty, result.unset.isEmpty else { return }
    let parts = result.text.split(separator: "/").map(String.init)
    // A stage that is called after its platform is meant to be for that one.
    guard parts.count >= 2, !parts[..<2].contains(where: { stage.name?.contains($0) == true }) else { return }
    report(
      .fromPlatformFlagConstDisallowed, "FROM --platform flag should not use constant value \"\(result.text)\"",
      stage.lines)
  }

  private func begin(_ base: String) -> State {
    var state = State()
    let names = checks.recipe.stages[..<stage].map(\.name)
    if let other = names.lastIndex(of: base.lowercased()), let before = states[other] {
      state = before
      state.last = [:]
      return state
    }
    state.values["PATH"] = ""
    for name in checks.bases[stage]?.variables ?? [] { state.values[name] = "" }
    state.hasShell = checks.bases[stage]?.hasShell ?? false
    return state
  }

  // MARK: Instructions

  private mutating func check(
    _ instruction: Instruction, _ action: Step.Action, _ global: [String: String], _ state: inout State
  ) {
    let name = instruction.name
    func once(_ kind: String) -> ClosedRange<Int>? {
      let before = state.last[kind]
      state.last[kind] = instruction.lines
      return before
    }
    switch action {
    case .argument(let definitions):
      for definition in definitions { declare(definition, instruction, global, &state) }
    case .environment(let pairs):
      checkPairs(instruction, "ENV")
      for pair in pairs { secret("ENV", pair.name, instruction) }
      expand(pairs.flatMap { [$0.name, $0.value] }, instruction, state)
      for pair in pairs { state.values[pair.name] = pair.value }
    case .label(let pairs):
      checkPairs(instruction, "LABEL")
      expand(pairs.flatMap { [$0.name, $0.value] }, instruction, state)
    case .command(let line), .entrypoint(let line):
      if let before = once(instruction.keyword) { multiple(name, before) }
      guard line.isShell, !line.words.isEmpty, !state.hasShell else { break }
      report(
        .jsonArgsRecommended,
        "JSON arguments recommended for \(name) to prevent unintended behavior related to OS signals",
        instruction.lines)
    case .healthcheck: if let before = once("healthcheck") { multiple(name, before) }
    case .shell: state.hasShell = true
    case .workingDirectory(let path):
      expand([path], instruction, state)
      if !state.hasFolder, !path.hasPrefix("/"), !path.hasPrefix("$") {
        report(
          .workdirRelativePath,
          "Relative workdir \"\(path)\" can have unexpected results if the base image changes", instruction.lines)
      }
      state.hasFolder = true
    case .add(let copying): checkCopy(copying, "Add", instruction, state)
    case .copy(let copying): checkCopy(copying, "Copy", instruction, state)
    case .run(let run): expand(run.mounts, instruction, state)
    case .user(let text), .stopSignal(let text): expand([text], instruction, state)
    case .volume(let paths): expand(paths, instruction, state)
    case .expose(let ports): for port in ports { checkPort(port, instruction, state) }
    case .maintainer, .onBuild: break
    }
  }

  private mutating func multiple(_ name: String, _ lines: ClosedRange<Int>) {
    report(
      .multipleInstructionsDisallowed,
      "Multiple \(name) instructions should not be used in the same stage because only the last one will be used",
      lines)
  }

  private mutating func declare(
    _ definition: ArgumentDefinition, _ instruction: Instruction, _ global: [String: String], _ state: inout State
  ) {
    secret("ARG", definition.name, instruction)
    let given = checks.arguments[definition.name]
    if given == nil, let text = definition.value { expand([text], instruction, state) }
    if let value = given ?? definition.value ?? global[definition.name] { state.values[definition.name] = value }
    state.declared.insert(definition.name)
  }

  /// `ENV name value` in place of `ENV name=value`.
  private mutating func checkPairs(_ instruction: Instruction, _ name: String) {
    guard instruction.arguments.count == 3, instruction.arguments[2].isEmpty else { return }
    report(
      .legacyKeyValueFormat,
      "\"\(instruction.name) key=value\" should be used instead of legacy \"\(instruction.name) key value\" format",
      instruction.lines)
  }

  private mutating func expand(_ texts: [String], _ instruction: Instruction, _ state: State) {
    var reported: Set<String> = []
    for text in texts {
      guard let result = try? checks.process(text, state.values) else { continue }
      for name in result.unset.subtracting(state.declared).sorted() where reported.insert(name).inserted {
        let nearest = Self.nearest(to: name, among: Set(state.values.keys)).map { " (did you mean $\($0)?)" } ?? ""
        report(.undefinedVar, "Usage of undefined variable '$\(name)'\(nearest)", instruction.lines)
      }
    }
  }

  private mutating func checkCopy(_ copying: Copying, _ verb: String, _ instruction: Instruction, _ state: State) {
    let flags = [copying.owner, copying.mode, copying.checksum].compactMap(\.self) + copying.exclude
    expand(copying.sources + [copying.destination] + flags, instruction, state)
    expand(copying.inline.filter(\.expands).map(\.text), instruction, state)
    guard copying.from == nil, !checks.ignored.isEmpty, !checks.ignored.hasExceptions else { return }
    for source in copying.sources {
      guard !source.contains("://"), let text = try? checks.process(source, state.values).text else { continue }
      let path = text.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
      guard checks.ignored.ignores(path.isEmpty ? "x" : path), !path.isEmpty || checks.ignored.ignoresEverything else {
        continue
      }
      let shown = text.hasPrefix("/") ? "/\(path)" : path.isEmpty ? "." : path
      report(
        .copyIgnoredFile, "Attempting to \(verb) file \"\(shown)\" that is excluded by .dockerignore", instruction.lines
      )
    }
  }

  private mutating func checkPort(_ text: String, _ instruction: Instruction, _ state: State) {
    for port in (try? checks.process(text, state.values).words) ?? [] {
      let parts = port.split(separator: "/", maxSplits: 1).map(String.init)
      if parts.count == 2, parts[1] != parts[1].lowercased() {
        report(
          .exposeProtoCasing, "Defined protocol '\(port)' in EXPOSE instruction should be lowercase", instruction.lines)
      }
      if parts.first?.contains(":") == true {
        report(
          .exposeInvalidFormat,
          "EXPOSE instruction should not define an IP address or host-port mapping, found '\(port)'",
          instruction.lines)
      }
    }
  }

  // MARK: Names

  private static let telling: Set<Substring> = [
    "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token",
  ]
  private static let harmless: Set<Substring> = ["public", "file", "version"]

  /// A word of the name says what should not be in an image.
  private mutating func secret(_ kind: String, _ name: String, _ instruction: Instruction) {
    let words = Set(name.lowercased().split(separator: "_"))
    guard !words.isDisjoint(with: Self.telling), words.isDisjoint(with: Self.harmless) else { return }
    report(
      .secretsUsedInArgOrEnv,
      "Do not use ARG or ENV instructions for sensitive data (\(kind) \"\(name)\")", instruction.lines)
  }

  /// A name that is at most two letters away.
  private static func nearest(to name: String, among names: Set<String>) -> String? {
    var best: (name: String, distance: Int)?
    for other in names.sorted() {
      let distance = distance(Array(name), Array(other))
      if distance > 0, distance < (best?.distance ?? 3) { best = (other, distance) }
    }
    return best?.name
  }

  /// Levenshtein's: letters that are put in, taken out or replaced.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var corner = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = corner + (a[i] == b[j] ? 0 : 1)
        corner = row[j + 1]
        row[j + 1] = min(cost, row[j] + 1, corner + 1)
      }
    }
    return row[b.count]
  }
}
