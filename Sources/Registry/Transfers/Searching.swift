import Diagnostics
import HTTP
import OCI

/// What a registry says about a repository that was searched for. The keys are those of Docker's index.
public struct SearchHit: Decodable, Hashable, Sendable {
  public var name: String
  public var description: String
  public var stars: Int
  public var isOfficial: Bool
  public var isAutomated: Bool

  enum CodingKeys: String, CodingKey {
    case name, description
    case stars = "star_count"
    case isOfficial = "is_official"
    case isAutomated = "is_automated"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    description = try container.decodeIfPresent(String.self, forKey: .description) ?? ""
    stars = try container.decodeIfPresent(Int.self, forKey: .stars) ?? 0
    isOfficial = try container.decodeIfPresent(Bool.self, forKey: .isOfficial) ?? false
    isAutomated = try container.decodeIfPresent(Bool.self, forKey: .isAutomated) ?? false
  }

  init(name: String) { (self.name, description, stars, isOfficial, isAutomated) = (name, "", 0, false, false) }
}

extension Registries {
  /// Repositories whose names or descriptions have to do with a word. `host/word` asks that registry, anything else Docker
  /// Hub: through the index's own search, or, where a registry has none, through its list of repositories (distribution
  /// spec, `_catalog`).
  public func search(_ term: String, limit: Int) throws -> [SearchHit] {
    let (domain, word) = Self.split(term)
    let isHub = domain == Reference.defaultDomain
    let session = try session(isHub ? "index.docker.io" : domain, insecure: try isInsecure(domain))
    let address = try session.address("/v1/search").adding("q", word).adding("n", "\(limit)")
    let response = try session.send(.get, address, nil)
    if response.status == 404, !isHub {
      response.close()
      return try catalog(session, domain, word, limit)
    }
    struct Found: Decodable { var results: [SearchHit]? }
    guard response.status == 200 else {
      throw Failure(
        .system, "\(domain) answers with status \(response.status)", subject: "search for \(word)",
        causes: Answer.reasons(of: response))
    }
    let bytes = try response.body(limit: JSON.manifestLimit)
    let found = try JSON.decode(Found.self, from: bytes, what: "answer of \(domain)").results ?? []
    return Array(found.prefix(limit))
  }

  private func catalog(_ session: Session, _ domain: String, _ word: String, _ limit: Int) throws -> [SearchHit] {
    struct Page: Decodable { var repositories: [String]? }
    var next: Address? = try session.address("/v2/_catalog?n=1000")
    var hits: [SearchHit] = []
    while let address = next, hits.count < limit {
      let response = try session.send(.get, address, nil)
      guard response.status == 200 else {
        throw Failure(
          [401, 403].contains(response.status) ? .notPermitted : .unsupported,
          "\(domain) offers neither a search nor a list of its repositories (status \(response.status))",
          subject: "search for \(word)", causes: Answer.reasons(of: response))
      }
      let link = response.header("link").flatMap(Repository.nextLink)
      let page = try JSON.decode(Page.self, from: response.body(limit: JSON.manifestLimit), what: "list of \(domain)")
      hits += (page.repositories ?? []).filter { word.isEmpty || $0.contains(word) }.map {
        SearchHit(name: "\(domain)/\($0)")
      }
      next = try link.map { try address.resolving($0) }
      guard next?.origin ?? session.base.origin == session.base.origin else { break }
    }
    return Array(hits.prefix(limit))
  }

  /// What stands before the first slash is a registry where it could be no repository, as in names of images.
  private static func split(_ term: String) -> (domain: String, word: String) {
    guard let slash = term.firstIndex(of: "/"), Reference.looksLikeDomain(term[..<slash]) else {
      return (Reference.defaultDomain, term)
    }
    let (host, word) = (String(term[..<slash]), String(term[term.index(after: slash)...]))
    return (["docker.io", "index.docker.io"].contains(host) ? Reference.defaultDomain : host, word)
  }
}
