import Diagnostics
import Linux
import OCI

/// What is remembered of the steps of builds beside their results: how each was described and called, when it was last
/// used, and which steps the last build of each Dockerfile had.
///
/// Nothing here is needed to use a result. So nothing is synchronized, and what is missing costs an explanation only.
struct StepNotes: Sendable {
  let folder: String

  init(_ builds: String) { folder = "\(builds)/steps" }

  struct Note {
    var title: String
    var description: [UInt8]
    var created: Timestamp
    var used: Timestamp
  }

  /// A step's result was made.
  func remember(_ key: Digest, title: String, _ description: StepDescription) {
    try? makeDirectories(folder, mode: 0o700)
    let head = "\(Timestamp.now())\t\(title.replacing("\n", with: " "))\n"
    try? writeAtomically(Array(head.utf8) + description.bytes, to: "\(folder)/\(key.hex)")
  }

  /// A step's result was used.
  func touch(_ key: Digest) {
    guard let folder = try? Descriptor.open(folder, .anchor) else { return }
    let now = Timestamp.now()
    try? folder.setTimes(
      of: FileName(key.hex), seconds: now.seconds, nanoseconds: now.nanoseconds - now.seconds * 1_000_000_000)
  }

  func note(_ key: Digest) -> Note? {
    let path = "\(folder)/\(key.hex)"
    guard let bytes = try? readFile(path), let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
      let status = try? FileStatus.of(path)
    else { return nil }
    let head = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\t", maxSplits: 1).map(String.init)
    guard head.count == 2, let created = Timestamp(head[0]) else { return nil }
    return Note(
      title: head[1], description: Array(bytes[(end + 1)...]), created: created, used: status.modified)
  }

  func forget(_ key: Digest) {
    guard let folder = try? Descriptor.open(folder, .anchor) else { return }
    try? folder.unlink(key.hex)
  }
}

/// The steps of one build, in the order in which they stand in the file, by stage and number.
struct BuildTrace: Sendable {
  struct Place: Hashable, Sendable {
    var stage: String
    var number: Int
  }

  var steps: [Place: Digest] = [:]

  /// - Parameter identity: what a person would call the same build: the Dockerfile, its target.
  static func path(_ builds: String, _ identity: String) -> String {
    "\(builds)/traces/\(Digest.sha256(of: identity.utf8).hex.prefix(32))"
  }

  init() {}

  init(reading path: String) {
    for line in ((try? readText(path)) ?? "").split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3, let number = Int(fields[1]), let key = try? Digest(.sha256, hex: String(fields[2]))
      else {
        continue
      }
      steps[Place(stage: String(fields[0]), number: number)] = key
    }
  }

  func write(to path: String) {
    let lines = steps.map { "\($0.key.stage)\t\($0.key.number)\t\($0.value.hex)\n" }.sorted().joined()
    try? makeDirectories(splitPath(path).folder, mode: 0o700)
    try? writeAtomically(Array(lines.utf8), to: path)
  }
}
