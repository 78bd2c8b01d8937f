import Arguments
import Diagnostics
import Linux

/// One `--output` of a build: `type=local,dest=out`, `type=tar,dest=-`, or just a folder, or `-` for a tar archive.
struct OutputSpecification {
  enum Kind: String, CaseIterable { case local, tar, oci, docker, image, registry, cacheonly }

  var kind: Kind
  /// Where it is written; `-`: to standard output.
  var destination: String?
  /// Names beside those of `--tag`.
  var names: [String] = []
  var pushes = false
  /// Of an archive: `false`, the layout is written as a folder.
  var isArchive = true

  init(_ text: String) throws(Failure) {
    if !text.contains("=") {
      (kind, destination) = (text == "-" ? .tar : .local, text)
      return
    }
    let fields = FieldList(text)
    let word = fields["type"] ?? ""
    guard let kind = Kind(rawValue: word) else {
      throw Failure(
        .invalidInput, word.isEmpty ? "type is required for output" : "there is no output of type \(word)",
        subject: "--output \(text)", hint: "there are \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.kind = kind
    pushes = kind == .registry
    for (key, value) in fields.entries {
      switch key {
      case "type": break
      case "dest": destination = value
      case "name": names = value.split(separator: ",").map(String.init)
      case "push": pushes = value == "true"
      case "tar": isArchive = value != "false"
      // The store keeps layers as plain tar, and every image is unpacked.
      case "store" where value == "true", "unpack" where value == "true", "oci-mediatypes" where value == "true",
        "compression" where value == "uncompressed", "rewrite-timestamp" where value == "true":
        break
      default:
        throw Failure(
          .unsupported, "the option \(key)=\(value) is not there", subject: "--output type=\(word)")
      }
    }
    let needsPlace = [.local, .tar, .oci].contains(kind)
    guard destination != nil || !needsPlace else {
      throw Failure(.invalidInput, "dest is required for \(word) output", subject: "--output \(text)")
    }
  }
}

/// Comma-separated `key=value`.
struct FieldList {
  private(set) var entries: [(key: String, value: String)] = []

  init(_ text: String) {
    for field in CommaSeparated.fields(text) where !field.isEmpty {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      entries.append((parts[0].lowercased(), parts.count == 2 ? parts[1] : ""))
    }
  }

  subscript(key: String) -> String? { entries.last { $0.key == key }?.value }
}
