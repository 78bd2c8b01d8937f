import Diagnostics
import HTTP
import Images
import Linux
import OCI

/// A file that is fetched from an address, kept for later builds with what the server said to recognise it by.
struct WebFile {
  let address: String
  let client: Client
  /// Where fetched files are kept.
  let store: String

  struct Fetched {
    var path: String
    var digest: Digest
    /// Seconds since 1970.
    var modified: Int64
    var name: String
  }

  private struct Note {
    var digest: Digest
    var modified: Int64
    var entityTag: String
    var name: String

    var text: String { "\(digest)\n\(modified)\n\(entityTag)\n\(name)\n" }

    init(_ digest: Digest, _ modified: Int64, _ entityTag: String, _ name: String) {
      (self.digest, self.modified, self.entityTag, self.name) = (digest, modified, entityTag, name)
    }

    init?(_ text: String) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines.count >= 4, let digest = try? Digest(lines[0]), let modified = Int64(lines[1]) else { return nil }
      self.init(digest, modified, lines[2], lines[3])
    }
  }

  /// - Parameter checksum: what its content must be.
  func fetch(checksum: Digest?) throws -> Fetched {
    let name = String(Digest.sha256(of: address.utf8).hex.prefix(32))
    try makeDirectories(store, mode: 0o700)
    let lock = try FileLock("\(store)/\(name).lock")
    defer { lock.unlock() }
    let (data, noted) = ("\(store)/\(name)", "\(store)/\(name).note")
    var known = FileStatus.exists(data) ? (try? readText(noted)).flatMap(Note.init) : nil
    if let checksum, known?.digest == checksum { return result(data, known!) }
    if known?.entityTag.isEmpty == true { known = nil }
    var request = Request(.get, try Address(address))
    if let known { request.headers.append((name: "if-none-match", value: known.entityTag)) }
    let response = try client.send(request)
    defer { response.close() }
    if response.status == 304, let known, checksum == nil { return result(data, known) }
    guard response.status == 200 else {
      throw Failure(
        response.status == 404 ? .notFound : .system, "the server answers with status \(response.status)",
        subject: address)
    }
    let digest = try store(response, at: data)
    if let checksum, checksum != digest {
      try? Descriptor.open(store, .anchor).unlink(name)
      throw Failure(.corrupt, "digest mismatch \(digest): \(checksum)", subject: address)
    }
    let modified = response.header("last-modified").flatMap { HTTPDate.seconds($0) } ?? 0
    let note = Note(digest, modified, response.header("etag") ?? "", fileName(response))
    try writeAtomically(Array(note.text.utf8), to: noted)
    return result(data, note)
  }

  private func result(_ path: String, _ note: Note) -> Fetched {
    Fetched(path: path, digest: note.digest, modified: note.modified, name: note.name)
  }

  private func store(_ response: Response, at path: String) throws -> Digest {
    let temporary = path + ".part"
    let file = try Descriptor.open(temporary, [.writeOnly, .create, .truncate], mode: 0o600)
    while true {
      let piece = try response.next()
      if piece.isEmpty { break }
      try file.writeAll(piece)
    }
    let digest = Digest(.sha256, bytes: try FileHasher().digest(of: Descriptor.open(temporary)))
    let (folder, name) = splitPath(path)
    try Descriptor.open(folder, .anchor).rename("\(name).part", to: name)
    return digest
  }

  /// What the server says, or the last part of the address.
  private func fileName(_ response: Response) -> String {
    if let disposition = response.header("content-disposition") {
      for field in disposition.split(separator: ";") {
        let parts = field.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }).lowercased() == "filename" else { continue }
        let name = parts[1].filter { $0 != "\"" && !$0.isWhitespace }.split(separator: "/").last ?? ""
        if !name.isEmpty, name != ".", name != ".." { return String(name) }
      }
    }
    let path = address.split(separator: "?")[0].split(separator: "#")[0].split(separator: "/").dropFirst(2)
    let name = path.last.map(String.init) ?? ""
    return name == "." || name == ".." ? "" : name
  }
}

/// Dates of HTTP headers (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  static func seconds(_ text: String) -> Int64? {
    let fields = text.split(separator: " ").map(String.init)
    guard fields.count == 6, let month = months.firstIndex(of: fields[2]), fields[1].count == 2 else { return nil }
    let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
    return Timestamp("\(fields[3])-\(number)-\(fields[1])T\(fields[4])Z")?.seconds
  }
}
