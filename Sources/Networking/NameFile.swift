import Diagnostics
import Glibc
import Linux

/// The names by which a container is found on one network: a file that the name servers of the network's containers read.
/// `$DAVIT_RUN/networks/<network id>/names/<container id>`, lines of `address name`, the container's own name first.
public struct NameFile: Hashable, Sendable {
  public var addresses: [IPAddress]
  /// The container's name first, then its aliases.
  public var names: [String]
  /// Each name is also one with the network's name behind it, `db.shop_default`, as with Docker; so qualified, the first is
  /// what a reverse look-up answers.
  public var network: String?

  public init(addresses: [IPAddress], names: [String], network: String? = nil) {
    self.addresses = addresses
    self.names = names
    self.network = network
  }

  public var text: String {
    let qualified = network.map { network in names.map { $0.isEmpty ? "" : "\($0).\(network)" } } ?? []
    var seen: Set<String> = []
    return (qualified.prefix(1) + names + qualified.dropFirst())
      .filter { !$0.isEmpty && !$0.contains(where: \.isWhitespace) && seen.insert($0).inserted }
      .map { name in addresses.map { "\($0) \(name)\n" }.joined() }.joined()
  }

  /// Writes it whole, in a folder that is made when it is missing.
  public func write(to directory: String, container: String) throws(Failure) {
    do throws(SystemError) {
      try makeDirectories(directory)
      try writeAtomically(Array(text.utf8), to: "\(directory)/\(container)")
    } catch { throw error.failure }
  }

  /// Removes a container's file; one that is gone is no failure.
  public static func remove(from directory: String, container: String) throws(Failure) {
    do throws(SystemError) {
      try Descriptor.open(directory, .anchor).unlink(container)
    } catch {
      if error.errno != ENOENT { throw error.failure }
    }
  }
}
