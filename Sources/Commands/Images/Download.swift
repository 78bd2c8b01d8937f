import Diagnostics
import HTTP
import Linux
import OCI

/// A file that was fetched from an address, without a name: it goes when nobody holds it any more.
enum Download {
  /// Fetches the whole before anybody reads of it: half of an archive must not look like one.
  /// - Parameter folder: on the file system that it is kept on meanwhile.
  static func file(_ address: String, _ client: Client, in folder: String) throws -> Descriptor {
    let response = try client.send(Request(.get, Address(address)))
    guard response.status == 200 else {
      throw Failure(response.status == 404 ? .notFound : .system, "status \(response.status)", subject: address)
    }
    try makeDirectories(folder, mode: 0o700)
    let path = "\(folder)/import-\(Monotonic.now)"
    let file = try Descriptor.open(path, [.readWrite, .create, .exclusive], mode: 0o600)
    let (parent, name) = splitPath(path)
    try Descriptor.open(parent, .anchor).unlink(name)
    while case let piece = try response.next(), !piece.isEmpty { try file.writeAll(piece) }
    try file.seek(to: 0)
    return file
  }
}
