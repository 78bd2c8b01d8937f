import Diagnostics
import Images
import Linux
import OCI

/// Everything that decides what a step makes, part by part. Its digest is the key of the step's result; what is kept of it
/// says later why a result could not be used.
///
/// One line for each part: kind, name and value with tabs between.
struct StepDescription: Sendable {
  enum Kind: String, Sendable {
    /// The result that the step stands on.
    case parent
    case instruction
    /// `ARG` and `ENV`.
    case variable
    case mount
    /// A file that is read, with what counts of it.
    case file
    case option
  }

  private(set) var bytes: [UInt8] = []

  init(_ parent: Digest) { add(.parent, "", parent.hex) }

  mutating func add(_ kind: Kind, _ name: some StringProtocol, _ value: some StringProtocol) {
    bytes += kind.rawValue.utf8
    bytes.append(Self.tab)
    append(name.utf8)
    bytes.append(Self.tab)
    append(value.utf8)
    bytes.append(Self.newline)
  }

  /// Another description's files and options, as part of this one.
  mutating func add(_ other: StepDescription) { bytes += other.bytes }

  /// A file: its path in the tree, and what the result takes from it.
  mutating func addFile(_ source: String, _ path: [FileName], _ value: [UInt8]) {
    bytes += Kind.file.rawValue.utf8
    bytes.append(Self.tab)
    append(source.utf8)
    for name in path {
      bytes.append(UInt8(ascii: "/"))
      append(name.bytes)
    }
    bytes.append(Self.tab)
    append(value)
    bytes.append(Self.newline)
  }

  var key: Digest { Digest.sha256(of: bytes) }

  private static let tab = UInt8(ascii: "\t")
  private static let newline = UInt8(ascii: "\n")
  private static let escape = UInt8(ascii: "\\")

  /// Tabs, newlines and the escape character itself are escaped, so that no two lists of parts read the same.
  private mutating func append(_ text: some Sequence<UInt8>) {
    for byte in text {
      switch byte {
      case Self.tab: bytes += [Self.escape, UInt8(ascii: "t")]
      case Self.newline: bytes += [Self.escape, UInt8(ascii: "n")]
      case Self.escape: bytes += [Self.escape, Self.escape]
      default: bytes.append(byte)
      }
    }
  }
}
