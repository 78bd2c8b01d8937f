import Diagnostics
import HTTP
import OCI

/// What the policy wants of an image that is asked for by this name.
struct Admission: Sendable {
  let image: Reference
  let requirements: [SignaturePolicy.Requirement]
  /// How a refusal begins.
  private let verdict: String

  init(_ policy: SignaturePolicy, _ image: Reference) {
    self.image = image
    requirements = policy.requirements(for: image)
    verdict = "rejected by the policy in \(policy.file ?? "no file")"
  }

  /// A signature by one of the keys, for whatever tag of the repository.
  init(_ image: Reference, signedBy keys: [PublicKey]) {
    self.image = image
    requirements = [.sigstoreSigned(keys, .repository)]
    verdict = "not verified"
  }

  private func rejected(_ reason: String, _ causes: [String] = []) -> Failure {
    Failure(
      .notPermitted, "\(verdict): \(reason)", subject: "image \(image.familiar)", causes: causes)
  }

  /// Throws where no image could be accepted, before anybody is asked for one.
  func requirePossible() throws {
    for requirement in requirements {
      switch requirement {
      case .reject: throw rejected("nothing is accepted from there")
      case .unknown(let what): throw rejected(what)
      case .accept, .sigstoreSigned: break
      }
    }
  }

  /// Throws where an image does not fulfil what is required.
  /// - Parameter manifests: digests of the manifest and of the index that led to it. A signature of either will do.
  func admit(_ manifests: [Digest], from repository: Repository) throws {
    for case .sigstoreSigned(let keys, let identity) in requirements {
      let signatures = try manifests.flatMap { try repository.signatures(of: $0) }
      guard !signatures.isEmpty else { throw rejected("a signature was required, but no signature exists") }
      let objections = signatures.map { $0.objection(keys, identity, image, manifests) }
      if objections.contains(nil) { continue }
      throw rejected("no signature is valid", Array(Set(objections.compactMap(\.self)).sorted().prefix(3)))
    }
  }
}

extension Registries {
  /// Throws unless the registry has a signature, by one of the keys, of one of the manifests under this name.
  public func requireSignature(of manifests: [Digest], named image: Reference, by keys: [PublicKey]) throws {
    try Admission(image, signedBy: keys).admit(manifests, from: try repository(image))
  }
}

extension Repository {
  /// Of an image, at most so many are looked at.
  private static let signatureLimit = 64

  /// The signatures that somebody put beside a manifest: under cosign's tag `sha256-….sig`, and as artifacts that refer to
  /// it (distribution spec, "Listing Referrers"). None of them is checked.
  func signatures(of manifest: Digest) throws -> [ImageSignature] {
    var documents: [[UInt8]] = []
    let name = "\(manifest.algorithm.rawValue)-\(manifest.hex)"
    if let tagged = try manifestIfThere(name + ".sig") { documents.append(tagged) }
    for referrer in try referrers(of: manifest, fallback: name).prefix(Self.signatureLimit) {
      let document = try self.manifest("\(referrer.digest)")
      guard Digest.sha256(of: document.bytes) == referrer.digest else { continue }
      documents.append(document.bytes)
    }
    var signatures: [ImageSignature] = []
    for document in documents {
      let layers = try JSON.decode(Manifest.self, from: document, what: "signatures of \(manifest)").layers
      for layer in layers where layer.mediaType == ImageSignature.layerType && signatures.count < Self.signatureLimit {
        guard layer.size <= ImageSignature.payloadLimit else { continue }
        let payload = try self.document(layer, limit: ImageSignature.payloadLimit)
        guard Digest.sha256(of: payload) == layer.digest else { continue }
        if let signature = ImageSignature(layer, payload) { signatures.append(signature) }
      }
    }
    return signatures
  }

  private func manifestIfThere(_ tag: String) throws -> [UInt8]? {
    do { return try manifest(tag).bytes } catch let failure as Failure where failure.code == .notFound { return nil }
  }

  private func referrers(of manifest: Digest, fallback tag: String) throws -> [ContentDescriptor] {
    let response = try session.send(.get, address("referrers/\(manifest)"), pulling)
    let bytes: [UInt8]
    if response.status == 200 {
      bytes = try response.body(limit: JSON.manifestLimit)
    } else {
      response.close()
      // A registry without the list has it under a tag, if at all.
      guard let tagged = try manifestIfThere(tag) else { return [] }
      bytes = tagged
    }
    return try JSON.decode(Index.self, from: bytes, what: "referrers of \(manifest)").manifests.filter {
      $0.mediaType.isManifest
        && [ImageSignature.artifactType, ImageSignature.layerType.rawValue].contains($0.artifactType)
    }
  }
}
