/// One instruction as it is written, before anything is substituted.
public struct Instruction: Sendable {
  /// As written: `FROM`, `run`.
  public var name: String
  /// `--mount=type=cache,target=/x`, in order.
  public var flags: [String] = []
  /// What stands behind the flags, split as the instruction wants it. `ENV a=b` is `a`, `b`, `=`.
  public var arguments: [String] = []
  /// The arguments were a JSON array.
  public var isJSON = false
  /// `ONBUILD`: the instruction that it holds back.
  public var triggered: [Instruction] = []
  public var heredocs: [Heredoc] = []
  /// The whole line, continuation lines joined.
  public var original = ""
  /// From 1, both inclusive, here-documents included.
  public var lines: ClosedRange<Int>
  /// The comment lines right above it.
  public var comments: [String] = []

  /// The name in lower case.
  public var keyword: String { name.lowercased() }
}

/// A here-document of `RUN`, `COPY` or `ADD`.
public struct Heredoc: Sendable, Hashable {
  public var name: String
  public var fileDescriptor: UInt
  /// Variables are expanded: the word was not quoted.
  public var expands: Bool
  /// `<<-`: leading tabs are cut off.
  public var chomps: Bool
  public var content = ""

  /// The content without leading tabs where that was asked for.
  public var text: String {
    guard chomps else { return content }
    // By bytes: a carriage return and a newline are one `Character`.
    var bytes: [UInt8] = []
    var isLineStart = true
    for byte in content.utf8 {
      if isLineStart && byte == UInt8(ascii: "\t") { continue }
      bytes.append(byte)
      isLineStart = byte == UInt8(ascii: "\n")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A Dockerfile as a list of instructions.
public struct SyntaxTree: Sendable {
  public var instructions: [Instruction]
  public var escape: Unicode.Scalar
  /// The `syntax` and `check` directives, by name.
  public var directives: [String: String]
  public var warnings: [SyntaxWarning]
}

/// Something that is accepted today and may not be tomorrow.
public struct SyntaxWarning: Sendable, Hashable {
  public var message: String
  public var line: Int
}

/// Why a Dockerfile cannot be read, and where.
public struct SyntaxFailure: Error, Sendable, Hashable {
  /// A word that nobody knows, and those that would have been known there.
  public struct Unknown: Sendable, Hashable {
    public var word: String
    public var known: [String]
  }

  public var message: String
  /// In the Dockerfile, from 1.
  public var lines: ClosedRange<Int>
  public var unknown: Unknown?
}
