extension SyntaxTree {
  /// Reads a Dockerfile into instructions, by the rules of BuildKit's frontend.
  public init(parsing bytes: [UInt8]) throws(SyntaxFailure) {
    var parser = Parser(lines: Lines(bytes))
    try parser.run()
    self.init(
      instructions: parser.instructions, escape: parser.directives.escape, directives: parser.directives.values,
      warnings: parser.warnings)
  }
}

private struct Parser {
  var lines: Lines
  var directives = Directives()
  var instructions: [Instruction] = []
  var warnings: [SyntaxWarning] = []
  private var comments: [String] = []

  init(lines: Lines) { self.lines = lines }

  mutating func run() throws(SyntaxFailure) {
    while let line = lines.next() {
      let text = line.withoutLineEnding.withoutLeadingSpace
      if try readComment(text) { continue }
      try readInstruction(text)
    }
    if instructions.isEmpty {
      throw SyntaxFailure(message: "file with no instructions", lines: lines.number...lines.number)
    }
  }

  /// Directives and comments. Comments right above an instruction belong to it.
  private mutating func readComment(_ text: Substring) throws(SyntaxFailure) -> Bool {
    let isDirective: Bool
    do { isDirective = try directives.read(text) } catch {
      throw SyntaxFailure(message: error.description, lines: lines.number...lines.number)
    }
    guard text.isComment else { return false }
    let comment = text.dropFirst().withoutSpace
    if !isDirective { comments = comment.isEmpty ? [] : comments + [String(comment)] }
    return true
  }

  private mutating func readInstruction(_ first: Substring) throws(SyntaxFailure) {
    let start = lines.number
    var (part, goesOn) = directives.continuing(first)
    if part.isEmpty && !goesOn { return }
    var line = String(part)
    var hasEmptyLine = false
    while goesOn, let next = lines.next() {
      let text = next.withoutLineEnding
      if text.isComment { continue }
      if text.withoutLeadingSpace.isEmpty {
        hasEmptyLine = true
        continue
      }
      (part, goesOn) = directives.continuing(text)
      line += part
    }
    if hasEmptyLine {
      warnings.append(SyntaxWarning(message: "Empty continuation line found in: \(line)", line: lines.number))
    }
    do {
      var instruction = try Instruction(line: line, escape: directives.escape, lines: start...lines.number)
      try readHeredocs(&instruction)
      instruction.comments = comments
      instructions.append(instruction)
      comments = []
    } catch {
      throw SyntaxFailure(message: error.description, lines: start...max(start, lines.number))
    }
  }

  private mutating func readHeredocs(_ instruction: inout Instruction) throws(WordLexer.SyntaxError) {
    let holder = instruction.keyword == "onbuild" ? instruction.triggered.first : instruction
    guard let holder, ["add", "copy", "run"].contains(holder.keyword), !holder.isJSON else { return }
    for var heredoc in try Heredoc.all(in: instruction.original) {
      var isTerminated = false
      while let line = lines.next() {
        var candidate = line.withoutLineEnding
        if heredoc.chomps { candidate = candidate.drop { $0 == "\t" } }
        if candidate == heredoc.name {
          isTerminated = true
          break
        }
        heredoc.content += line
      }
      guard isTerminated else { throw WordLexer.SyntaxError(description: "unterminated heredoc") }
      instruction.heredocs.append(heredoc)
    }
    instruction.lines = instruction.lines.lowerBound...lines.number
  }
}

extension Heredoc {
  /// The here-documents that a line announces, in order.
  static func all(in line: String) throws(WordLexer.SyntaxError) -> [Heredoc] {
    guard line.contains("<<") else { return [] }
    var options = WordLexer.Options()
    options.keepsQuotes = true
    options.keepsEscapes = true
    options.keepsUnset = true
    // A line that is no shell has no here-documents.
    guard let words = try? WordLexer.process(line, options: options).words else { return [] }
    var found: [Heredoc] = []
    for word in words {
      if let heredoc = try Heredoc(word: word) { found.append(heredoc) }
    }
    return found
  }

  /// `<<EOF`, `3<<-"EOF"`; `nil` where the word announces none.
  public init?(word: String) throws(WordLexer.SyntaxError) {
    let digits = word.prefix { $0.isASCII && $0.isNumber }
    var rest = word[digits.endIndex...]
    guard rest.hasPrefix("<<") else { return nil }
    rest = rest.dropFirst(2)
    let chomps = rest.hasPrefix("-")
    if chomps { rest = rest.dropFirst() }
    rest = rest.withoutLeadingSpace
    guard !rest.isEmpty, !rest.contains("<") else { return nil }
    var options = WordLexer.Options()
    options.keepsUnset = true
    let plain = try WordLexer.process(String(rest), options: options).words
    guard plain.count == 1 else { return nil }
    options.keepsQuotes = true
    let raw = try WordLexer.process(String(rest), options: options).words
    func quotes(_ text: String) -> Int { text.filter { $0 == "'" || $0 == "\"" }.count }
    self.init(
      name: plain[0], fileDescriptor: UInt(digits) ?? 0, expands: raw.map(quotes) == plain.map(quotes), chomps: chomps)
  }
}
