/// What a Dockerfile is checked for beyond what stops a build: the rules of BuildKit's linter, under their names.
public enum CheckRule: String, Sendable, CaseIterable {
  case stageNameCasing = "StageNameCasing"
  case fromAsCasing = "FromAsCasing"
  case noEmptyContinuation = "NoEmptyContinuation"
  case consistentInstructionCasing = "ConsistentInstructionCasing"
  case duplicateStageName = "DuplicateStageName"
  case reservedStageName = "ReservedStageName"
  case jsonArgsRecommended = "JSONArgsRecommended"
  case maintainerDeprecated = "MaintainerDeprecated"
  case undefinedArgInFrom = "UndefinedArgInFrom"
  case workdirRelativePath = "WorkdirRelativePath"
  case undefinedVar = "UndefinedVar"
  case multipleInstructionsDisallowed = "MultipleInstructionsDisallowed"
  case legacyKeyValueFormat = "LegacyKeyValueFormat"
  case invalidBaseImagePlatform = "InvalidBaseImagePlatform"
  case redundantTargetPlatform = "RedundantTargetPlatform"
  case secretsUsedInArgOrEnv = "SecretsUsedInArgOrEnv"
  case invalidDefaultArgInFrom = "InvalidDefaultArgInFrom"
  case fromPlatformFlagConstDisallowed = "FromPlatformFlagConstDisallowed"
  case copyIgnoredFile = "CopyIgnoredFile"
  case invalidDefinitionDescription = "InvalidDefinitionDescription"
  case exposeProtoCasing = "ExposeProtoCasing"
  case exposeInvalidFormat = "ExposeInvalidFormat"

  /// Only where it is asked for (`# check=experimental=…`).
  var isExperimental: Bool { self == .invalidDefinitionDescription }

  /// The page about it; `nil`: there is none.
  public var address: String? {
    guard self != .invalidBaseImagePlatform else { return nil }
    let letters = Array(rawValue)
    var slug = ""
    for (index, letter) in letters.enumerated() {
      let isStart =
        letter.isUppercase && index > 0
        && (letters[index - 1].isLowercase || (index + 1 < letters.count && letters[index + 1].isLowercase))
      slug += (isStart ? "-" : "") + letter.lowercased()
    }
    return "https://docs.docker.com/go/dockerfile/rule/\(slug)/"
  }
}

/// One place where a rule is not kept.
public struct CheckFinding: Sendable, Hashable {
  public var rule: CheckRule
  public var message: String
  public var lines: ClosedRange<Int>
}

/// Which rules count: `# check=skip=…;error=true`.
public struct CheckOptions: Sendable, Hashable {
  var skipsAll = false
  var skipped: Set<String> = []
  var allExperimental = false
  var experimental: Set<String> = []
  /// A finding is an error.
  public var failsBuild = false

  public init() {}

  /// The value of a `check` directive.
  public init(_ text: String) throws(WordLexer.SyntaxError) {
    let text = text.withoutSpace
    guard !text.isEmpty else { return }
    for part in text.split(separator: ";", maxSplits: 2) {
      let fields = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard fields.count == 2 else { throw .init(description: "invalid check option \"\(part)\"") }
      let value = fields[1].withoutSpace
      let names = Set(value.split(separator: ",").map { String($0.withoutSpace) })
      switch fields[0].withoutSpace {
      case "skip": if value == "all" { skipsAll = true } else { skipped = names }
      case "experimental": if value == "all" { allExperimental = true } else { experimental = names }
      case "error":
        switch value {
        case "1", "t", "T", "TRUE", "true", "True": failsBuild = true
        case "0", "f", "F", "FALSE", "false", "False": failsBuild = false
        default: throw .init(description: "failed to parse check option \"\(part)\"")
        }
      default: throw .init(description: "invalid check option \"\(fields[0])\"")
      }
    }
  }

  func covers(_ rule: CheckRule) -> Bool {
    if rule.isExperimental { return allExperimental || experimental.contains(rule.rawValue) }
    return !skipsAll && !skipped.contains(rule.rawValue)
  }

  /// With what comments right above an instruction say (`# check=skip=…`).
  func adjusted(by comments: [String]) -> CheckOptions {
    var options = self
    for comment in comments {
      let fields = comment.split(separator: "=", maxSplits: 1)
      guard fields.count == 2, fields[0].withoutSpace.lowercased() == "check",
        let more = try? CheckOptions(String(fields[1].withoutSpace.prefix { $0 != " " }))
      else { continue }
      options.skipsAll = options.skipsAll || more.skipsAll
      options.skipped.formUnion(more.skipped)
      options.allExperimental = options.allExperimental || more.allExperimental
      options.experimental.formUnion(more.experimental)
      break
    }
    return options
  }
}
