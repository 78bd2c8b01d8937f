import Building
import Diagnostics
import Dockerfile
import EngineAPI
import Git
import HTTP
import Images
import Linux

/// A build's context that stands elsewhere: in a repository, or as an archive or a Dockerfile at an address.
struct RemoteContext {
  let folder: String
  /// What stood at the address, where that is no archive.
  let dockerfile: DockerfileText?

  init(_ address: String, _ session: BuildSession, _ api: API) throws {
    if let repository = try GitAddress.parse(address) {
      self.init(folder: try session.checkOut(repository, environment: api.environment, agent: nil))
    } else if address.hasPrefix("http://") || address.hasPrefix("https://") {
      try self.init(Descriptor.open(session.fetch(address, api.client())), session)
    } else {
      throw APIError.badRequest("a build's context at \(address) is not there")
    }
  }

  /// - Parameter file: an archive, or a Dockerfile.
  init(_ file: Descriptor, _ session: BuildSession) throws {
    if try ArchiveUnpacking.isArchive(file) {
      self.init(folder: try session.unpackContext(file))
    } else {
      let text = DockerfileText(file: "Dockerfile", bytes: try file.readAll(limit: 16 << 20))
      self.init(folder: try session.newFolder(), dockerfile: text)
    }
  }

  private init(folder: String, dockerfile: DockerfileText? = nil) {
    self.folder = folder
    self.dockerfile = dockerfile
  }
}

extension API {
  /// For what builds fetch by its address.
  func client() -> Client {
    Client(userAgent: "davit/\(version)", proxies: Proxies(environment: environment))
  }
}
