/// A Dockerfile as stages of checked instructions. Variables are still in it: which values they have is known only when
/// it is built.
public struct Recipe: Sendable {
  /// `ARG` above the first `FROM`.
  public var arguments: [ArgumentDefinition] = []
  public var stages: [Stage] = []
  public var escape: Unicode.Scalar
  public var warnings: [SyntaxWarning]

  /// Checks every instruction and its flags, as BuildKit does before it builds anything.
  public init(_ tree: SyntaxTree) throws(SyntaxFailure) {
    escape = tree.escape
    warnings = tree.warnings
    for instruction in tree.instructions {
      if instruction.keyword == "from" {
        stages.append(try Stage(instruction))
        continue
      }
      let step = try Step(instruction)
      if stages.isEmpty {
        guard case .argument(let definitions) = step.action else {
          throw SyntaxFailure(message: "no build stage in current context", lines: instruction.lines)
        }
        arguments += definitions
      } else {
        stages[stages.count - 1].steps.append(step)
      }
    }
    guard !stages.isEmpty else {
      throw SyntaxFailure(message: "dockerfile contains no stages to build", lines: 1...1)
    }
  }
}

/// From one `FROM` to the next.
public struct Stage: Sendable {
  /// An image, another stage's name, or `scratch`; may hold variables.
  public var base: String
  /// In lower case.
  public var name: String?
  /// As written; may hold variables.
  public var platform: String?
  public var steps: [Step] = []
  public var lines: ClosedRange<Int>
  /// The line as written.
  public var original: String

  init(_ instruction: Instruction) throws(SyntaxFailure) {
    lines = instruction.lines
    original = instruction.original
    let words = instruction.arguments
    func failure(_ message: String) -> SyntaxFailure { SyntaxFailure(message: message, lines: instruction.lines) }
    guard words.count == 1 || (words.count == 3 && words[1].lowercased() == "as") else {
      throw failure("FROM requires either one or three arguments")
    }
    base = words[0]
    if words.count == 3 {
      let name = words[2].lowercased()
      guard Self.isName(name) else {
        throw failure(
          "invalid name for build stage: \"\(words[2])\", name can't start with a number or contain symbols")
      }
      self.name = name
    }
    platform = try InstructionFlags(instruction, text: ["platform"])["platform"]
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (97...122).contains(first) else { return false }
    return name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || "-_.".utf8.contains($0) }
  }
}

/// A name with the value that it has unless told otherwise.
public struct ArgumentDefinition: Sendable, Hashable {
  public var name: String
  /// May hold variables.
  public var value: String?
}
