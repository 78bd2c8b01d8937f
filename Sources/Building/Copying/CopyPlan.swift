import Diagnostics
import Dockerfile
import Images
import Linux
import OCI

/// One `COPY` or `ADD` with everything substituted: what is copied where, and its description.
struct CopyPlan {
  /// A file whose content stands in the Dockerfile.
  struct Inline {
    var name: String
    var content: String
  }

  var isAdd: Bool
  var tree: SourceTree
  /// Paths in the tree.
  var sources: [String] = []
  var inline: [Inline] = []
  /// What was fetched from an address.
  var fetched: [FetchedSource] = []
  /// Absolute; ends with a slash where a folder is meant.
  var destination: String
  var owner: String?
  /// Permission bits of everything that is copied.
  var mode: ModeChange?
  var exclude = IgnoreRules()
  /// The folders in front of each source are made, too, below this part of it.
  var parents = false
  /// The destination's folders are made anew, whatever stands there (`--link`).
  var link = false
  /// Whether archives are unpacked; `nil`: those that are not fetched.
  var unpacks: Bool?
  /// How many folders in front of a source are left out all the same (`COPY --parents a/./b`), by source.
  var pivots: [String: Int] = [:]
  /// For what is needed on the way.
  var scratch: String
  /// As the history says it.
  var text: String

  /// Says everything that decides the result, files by their content. Times do not count, as in BuildKit.
  /// - Returns: the newest time of a file, seconds since 1970.
  func describe(in description: inout StepDescription) throws -> Int64 {
    description.add(.option, "destination", destination)
    if let owner { description.add(.option, "--chown", owner) }
    if let mode { description.add(.option, "--chmod", mode.text) }
    if parents { description.add(.option, "--parents", "true") }
    if link { description.add(.option, "--link", "true") }
    if isAdd { description.add(.option, "unpacking", unpacks.map { "\($0)" } ?? "local") }
    var newest: Int64 = 0
    let describing = DescribingFiles(tree)
    for source in sources {
      description.add(.option, "source \(source)", "\(pivots[source] ?? 0)")
      newest = max(newest, try describing.add(source, exclude, to: &description))
    }
    for file in inline { description.add(.file, "<<\(file.name)", file.content) }
    for source in fetched {
      description.add(.file, source.address, source.identity)
      newest = max(newest, source.modified)
    }
    return newest
  }
}

/// Files of a tree as they count in the description of a step.
struct DescribingFiles {
  let tree: SourceTree
  private let hasher = FileHasher()

  init(_ tree: SourceTree) { self.tree = tree }

  /// - Returns: the newest time of a file, seconds since 1970.
  func add(_ source: String, _ exclude: IgnoreRules = IgnoreRules(), to description: inout StepDescription) throws
    -> Int64
  {
    var newest: Int64 = 0
    var copy = description
    try tree.visit(source, exclude: exclude) { entry in
      newest = max(newest, entry.status.modified.seconds)
      copy.addFile(source, entry.path, try value(entry))
    }
    description = copy
    return newest
  }

  /// Kind, mode with owner, and content.
  func value(_ entry: SourceTree.Entry) throws -> [UInt8] {
    let status = entry.status
    var value = [Self.letter(status.kind), UInt8(ascii: " ")]
    value += String(status.permissions, radix: 8).utf8
    if tree.keepsOwners { value += ":\(status.uid):\(status.gid)".utf8 }
    value.append(UInt8(ascii: " "))
    switch status.kind {
    case .regular:
      let digest = try tree.known?.digest(status, hasher, entry.open) ?? hasher.digest(of: entry.open())
      value.reserveCapacity(value.count + 64)
      for byte in digest { value += [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]] }
    case .symbolicLink: value += try entry.folder.linkTarget(of: entry.name)
    case .characterDevice, .blockDevice: value += "\(status.major):\(status.minor)".utf8
    case .directory, .fifo, .socket: break
    }
    return value
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func letter(_ kind: FileStatus.Kind) -> UInt8 {
    switch kind {
    case .regular: UInt8(ascii: "f")
    case .directory: UInt8(ascii: "d")
    case .symbolicLink: UInt8(ascii: "l")
    case .characterDevice: UInt8(ascii: "c")
    case .blockDevice: UInt8(ascii: "b")
    case .fifo: UInt8(ascii: "p")
    case .socket: UInt8(ascii: "s")
    }
  }
}
