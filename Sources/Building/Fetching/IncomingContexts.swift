import Diagnostics
import Git
import HTTP
import Images
import Linux
import OCI

/// Contexts that do not lie in a folder of this machine. They are put into one that goes away with the session.
extension BuildSession {
  /// A tar archive, plain or compressed.
  public func unpackContext(_ archive: Descriptor) throws -> String {
    let folder = try newFolder()
    try ArchiveUnpacking.unpack(stream: archive, into: Descriptor.open(folder, .anchor))
    return folder
  }

  /// An empty folder.
  public func newFolder() throws -> String {
    try makeDirectories(scratch, mode: 0o700)
    let holder = try Descriptor.open(scratch, .anchor)
    var number = 0
    repeat { number += 1 } while try !holder.makeDirectory("context-\(number)")
    return "\(scratch)/context-\(number)"
  }

  /// Files of a repository.
  /// - Parameter agent: the socket of an agent with keys for it.
  public func checkOut(_ address: GitAddress, environment: [String: String], agent: String?) throws -> String {
    let checkout = try RepositoryCheckout(
      address, in: scratch, environment: environment, agent: agent, keepsGit: false)
    keep(checkout.folder)
    return checkout.path
  }

  /// A file that is fetched: its path.
  public func fetch(_ address: String, _ client: Client) throws -> String {
    try WebFile(address: address, client: client, store: "\(builds)/fetched").fetch(checksum: nil).path
  }
}
