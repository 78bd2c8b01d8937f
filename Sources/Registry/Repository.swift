import Diagnostics
import HTTP
import Images
import OCI

/// One repository of a registry (OCI distribution spec 1.1; Docker Registry HTTP API V2).
public final class Repository: Sendable {
  let session: Session
  /// As the person named it; messages say it so.
  let name: Reference
  let path: String
  private let admission: Admission?

  /// - Parameter admission: what images that come from here must fulfil.
  init(_ session: Session, _ reference: Reference, path: String? = nil, admission: Admission? = nil) {
    self.session = session
    self.admission = admission
    name = Reference(domain: reference.domain, path: reference.path)
    self.path = path ?? reference.path
  }

  func address(_ rest: String) throws -> Address { try session.address("/v2/\(path)/\(rest)") }

  var pulling: Scope { Scope(repository: path, access: .pull) }
  var pushing: Scope { Scope(repository: path, access: .push) }

  /// Everything that a manifest can be; the registry answers with what it has.
  static let manifestTypes: [MediaType] = [.index, .dockerManifestList, .manifest, .dockerManifest]

  public func admit(_ manifests: [Digest]) throws { try admission?.admit(manifests, from: self) }

  /// The names of all tags, as the registry sorts them.
  public func tags() throws -> [String] {
    struct Page: Decodable { var tags: [String]? }
    var next: Address? = try address("tags/list?n=1000")
    var tags: [String] = []
    while let address = next {
      let response = try session.send(.get, address, pulling)
      try demand(response, [200], "tags of \(name.familiarName)")
      let link = response.header("link").flatMap(Self.nextLink)
      tags +=
        try JSON.decode(
          Page.self, from: response.body(limit: JSON.manifestLimit), what: "tags of \(name.familiarName)"
        ).tags ?? []
      guard tags.count <= 1 << 20 else { throw Failure(.corrupt, "endlessly many tags", subject: name.familiarName) }
      next = try link.map { try address.resolving($0) }
      guard next?.origin ?? session.base.origin == session.base.origin else { break }
    }
    return tags
  }

  /// `</v2/a/tags/list?last=x>; rel="next"` (RFC 8288)
  static func nextLink(_ header: String) -> String? {
    guard header.contains("rel=\"next\"") || header.contains("rel=next"), let open = header.firstIndex(of: "<"),
      let close = header[open...].firstIndex(of: ">")
    else { return nil }
    return String(header[header.index(after: open)..<close])
  }

  /// Throws what an unexpected status means.
  func demand(_ response: Response, _ expected: Set<Int>, _ what: String) throws {
    if expected.contains(response.status) { return }
    let reasons = Answer.reasons(of: response)
    switch response.status {
    case 401, 403:
      throw Failure(
        .notPermitted, "access denied: the repository does not exist or needs a login", subject: what,
        hint: "`davit login \(name.domain == Reference.defaultDomain ? "" : name.domain)` with an account that may",
        causes: reasons)
    case 404: throw Failure(.notFound, "\(what) not found", causes: reasons)
    case 429:
      throw Failure(
        .system, "\(name.domain) limits how much may be asked of it", subject: what,
        hint: "wait, or log in: accounts have higher limits", causes: reasons)
    default:
      throw Failure(.system, "\(name.domain) answers with status \(response.status)", subject: what, causes: reasons)
    }
  }
}
