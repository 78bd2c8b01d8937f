/// Checks a Dockerfile that can be built against the rules.
public struct Checks {
  /// What a stage begins with, as far as it is known.
  public struct Base: Sendable {
    /// Names of the variables that the image sets.
    public var variables: [String]
    /// Whether the image has a `SHELL`.
    public var hasShell: Bool
    /// `linux/arm64` where it should be `linux/amd64`.
    public var wrongPlatform: (expected: String, actual: String)?

    public init(variables: [String], hasShell: Bool = false, wrongPlatform: (expected: String, actual: String)? = nil) {
      self.variables = variables
      self.hasShell = hasShell
      self.wrongPlatform = wrongPlatform
    }
  }

  /// Values of `ARG`, where somebody gives some.
  public var arguments: [String: String] = [:]
  /// `TARGETPLATFORM` and its like.
  public var predefined: [String: String] = [:]
  public var ignored = IgnoreRules()
  /// The stages that are built.
  public var reached: Set<Int>
  /// Of stages that begin with an image.
  public var bases: [Int: Base] = [:]
  /// Whether a text is the name of an image.
  public var isImageName: (String) -> Bool = { !$0.isEmpty }

  let tree: SyntaxTree
  let recipe: Recipe
  private(set) var options: CheckOptions
  private(set) var findings: [CheckFinding] = []

  /// - Throws: what is wrong in the `check` directive.
  public init(_ tree: SyntaxTree, _ recipe: Recipe) throws(SyntaxFailure) {
    self.tree = tree
    self.recipe = recipe
    reached = Set(recipe.stages.indices)
    do { options = try CheckOptions(tree.directives["check"] ?? "") } catch {
      throw SyntaxFailure(message: error.description, lines: 1...1)
    }
  }

  public var failsBuild: Bool { options.failsBuild }

  /// - Returns: the findings in the order of the lines.
  public mutating func run() -> [CheckFinding] {
    for warning in tree.warnings where warning.message.hasPrefix("Empty continuation") {
      report(.noEmptyContinuation, "Empty continuation line", warning.line...warning.line, options)
    }
    checkNames()
    checkCasing()
    checkDefaults()
    for instruction in tree.instructions { checkForm(instruction) }
    var walk = StageWalk(checks: self)
    walk.run()
    findings += walk.findings
    return findings.enumerated().sorted {
      ($0.element.lines.lowerBound, $0.offset) < ($1.element.lines.lowerBound, $1.offset)
    }
    .map(\.element)
  }

  private mutating func report(_ rule: CheckRule, _ message: String, _ lines: ClosedRange<Int>, _ options: CheckOptions)
  {
    guard options.covers(rule) else { return }
    findings.append(CheckFinding(rule: rule, message: message, lines: lines))
  }

  private mutating func report(_ rule: CheckRule, _ message: String, _ instruction: Instruction) {
    report(rule, message, instruction.lines, options)
  }

  private mutating func checkNames() {
    var seen: Set<String> = []
    for stage in recipe.stages {
      guard let name = stage.name else { continue }
      if ["context", "scratch"].contains(name) {
        report(
          .reservedStageName, "Stage name should not use the same name as reserved stage \"\(name)\"", stage.lines,
          options)
      }
      if !seen.insert(name).inserted {
        report(
          .duplicateStageName, "Duplicate stage name \"\(name)\", stage names should be unique", stage.lines, options)
      }
    }
  }

  /// All instructions in the case that most have.
  private mutating func checkCasing() {
    let counted = tree.instructions.drop { $0.keyword != "from" }
    let names = counted.map(\.name)
    let lower = names.count { $0 == $0.lowercased() }
    let upper = names.count { $0 == $0.uppercased() }
    let wanted = lower > upper ? "lowercase" : "uppercase"
    for instruction in counted {
      let name = instruction.name
      guard name != (lower > upper ? name.lowercased() : name.uppercased()) else { continue }
      report(
        .consistentInstructionCasing, "Command '\(name)' should match the case of the command majority (\(wanted))",
        instruction)
    }
  }

  /// Whether bases have names without anybody giving arguments.
  private mutating func checkDefaults() {
    var values = predefined
    for definition in recipe.arguments {
      guard let text = definition.value else { continue }
      guard let value = try? process(text, values).text else { return }
      values[definition.name] = value
    }
    for stage in recipe.stages {
      guard let name = try? process(stage.base, values).text else { return }
      guard !isImageName(name) else { continue }
      report(
        .invalidDefaultArgInFrom,
        "Default value for ARG \(stage.base) results in empty or invalid base image name", stage.lines, options)
    }
  }

  func process(_ text: String, _ values: [String: String]) throws(WordLexer.SyntaxError) -> WordLexer.Result {
    var lexing = WordLexer.Options()
    lexing.escape = recipe.escape
    return try WordLexer.process(text, options: lexing) { values[$0] }
  }

  /// What an instruction says of itself.
  private mutating func checkForm(_ instruction: Instruction) {
    switch instruction.keyword {
    case "maintainer":
      report(.maintainerDeprecated, "Maintainer instruction is deprecated in favor of using label", instruction)
    case "from": checkFrom(instruction)
    case "arg":
      let names = instruction.arguments.map { String($0.prefix { $0 != "=" }) }
      checkDescription("ARG", names, instruction)
    default: break
    }
  }

  private mutating func checkFrom(_ instruction: Instruction) {
    let words = instruction.arguments
    guard words.count == 3 else { return }
    if words[2] != words[2].lowercased() {
      report(.stageNameCasing, "Stage name '\(words[2])' should be lowercase", instruction)
    }
    let (from, word) = (instruction.name, words[1])
    let fits: Bool
    if from == from.lowercased() {
      fits = word == word.lowercased()
    } else {
      // Mixed case is another rule's business.
      fits = from != from.uppercased() || word == word.uppercased()
    }
    if !fits { report(.fromAsCasing, "'\(word)' and '\(from)' keywords' casing do not match", instruction) }
    checkDescription("FROM", [words[2].lowercased()], instruction)
  }

  private mutating func checkDescription(_ name: String, _ keys: [String], _ instruction: Instruction) {
    guard let comment = instruction.comments.last, !keys.isEmpty else { return }
    let first = comment.split(separator: " ", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    guard !keys.contains(first) else { return }
    let example = keys.count > 1 ? "<arg_key>" : keys[0]
    report(
      .invalidDefinitionDescription, "Comment for \(name) should follow the format: `# \(example) <description>`",
      instruction)
  }
}
