import Diagnostics
import OCI
import YAML

extension LockFile {
  /// Reads a lock file.
  /// - Parameter path: as messages name it.
  /// - Throws: `Failures` with file, line and column.
  public init(parsing bytes: [UInt8], path: String) throws(Failures) {
    self.init()
    let documents = try Node.documents(in: bytes, from: Source(name: path))
    var reading = Reading()
    let root = documents.first ?? Node(.null)
    try Self.checkVersion(root["version"], in: root, path)
    reading.only(["version", "images", "builds", "remotes"], in: root)
    for entry in reading.entries(root["images"]) {
      reading.only(["digest", "local", "platforms"], in: entry.value)
      guard let digest = reading.digest(entry.value["digest"], "digest", of: entry) else { continue }
      var image = Image(digest: digest, isLocal: entry.value["local"]?.bool ?? false)
      for platform in reading.entries(entry.value["platforms"]) {
        image.platforms[platform.key] = reading.digest(platform.value, platform.key, of: entry)
      }
      images[entry.key] = image
    }
    for entry in reading.entries(root["builds"]) {
      reading.only(["context", "dockerfile", "images"], in: entry.value)
      guard let context = reading.digest(entry.value["context"], "context", of: entry),
        let dockerfile = reading.digest(entry.value["dockerfile"], "dockerfile", of: entry)
      else { continue }
      let names = (entry.value["images"]?.sequence ?? []).compactMap(\.string)
      builds[entry.key] = Build(context: context, dockerfile: dockerfile, images: names)
    }
    for entry in reading.entries(root["remotes"]) {
      guard let revision = entry.value.string else {
        reading.fail("a commit or a digest is expected, not \(entry.value.kindWithArticle)", entry.value.mark)
        continue
      }
      remotes[entry.key] = revision
    }
    guard reading.failures.isEmpty else { throw Failures(reading.failures) }
  }

  private static func checkVersion(_ version: Node?, in root: Node, _ path: String) throws(Failures) {
    let place = (version?.mark ?? root.mark).location ?? SourceLocation(file: path, line: 1, column: 1)
    let hint = "`davit lock --update` writes it anew"
    guard let version else {
      throw Failures([
        Failure(.invalidInput, "there is no version, so it is no lock file", location: place, hint: hint)
      ])
    }
    let number = version.int.map { Int($0) }
    guard number != formatVersion else { return }
    let shown = number.map { "\($0)" } ?? "?"
    throw Failures([
      Failure(
        .unsupported, "version \(shown) of the format is not known; it is \(formatVersion)", location: place, hint: hint
      )
    ])
  }

  private struct Reading {
    var failures: [Failure] = []

    mutating func fail(_ message: String, _ mark: Mark) {
      failures.append(Failure(.invalidInput, message, location: mark.location))
    }

    mutating func entries(_ node: Node?) -> [Mapping.Entry] {
      guard let node, !node.isNull else { return [] }
      guard let mapping = node.mapping else {
        fail("a mapping is expected, not \(node.kindWithArticle)", node.mark)
        return []
      }
      return mapping.entries
    }

    /// Nothing is parsed and ignored.
    mutating func only(_ known: [String], in node: Node) {
      for entry in node.mapping?.entries ?? [] where !known.contains(entry.key) {
        fail("`\(entry.key)` is not known; there are \(known.joined(separator: ", "))", entry.mark)
      }
    }

    mutating func digest(_ node: Node?, _ key: String, of entry: Mapping.Entry) -> Digest? {
      guard let text = node?.string else {
        fail("\(entry.key) needs a digest as its `\(key)`", node?.mark ?? entry.mark)
        return nil
      }
      do { return try Digest(text) } catch {
        fail("`\(text)` is no digest: \(error.message)", node!.mark)
        return nil
      }
    }
  }
}
