import Images
import Linux
import OCI

extension BuildResult {
  /// What the request wants said of this result.
  /// - Parameters:
  ///   - subject: what it is said of.
  ///   - digest: the image's, or another that names just these files.
  func attestations(of subject: [(name: String, digest: Digest)], _ digest: Digest) throws -> [Attestation] {
    var attestations: [Attestation] = []
    let options = request.attestations
    if options.listsSoftware {
      let view = try view()
      defer { withExtendedLifetime(view) {} }
      let list = try SoftwareList(
        name: request.names.first?.familiar ?? "image", image: digest,
        created: configuration.created ?? Timestamp(seconds: 0, nanoseconds: 0).description,
        InstalledPackages(root: view.root))
      attestations.append(
        Statement(predicateType: SoftwareList.type, subject: subject.map { .init($0) }, predicate: list).attestation)
    }
    guard let provenance = options.provenance else { return attestations }
    let facts = ProvenanceFacts(provenance, request, record, image: digest)
    switch provenance.version {
    case .slsa02:
      attestations.append(
        Statement(
          predicateType: Provenance.type, subject: subject.map { .init($0) }, predicate: Provenance(facts)
        ).attestation)
    case .slsa1:
      attestations.append(
        Statement(
          predicateType: ProvenanceV1.type, subject: subject.map { .init($0) }, predicate: ProvenanceV1(facts)
        ).attestation)
    }
    return attestations
  }

  /// The image under each of its names.
  func subject(_ names: [Reference], _ manifest: Digest) -> [(name: String, digest: Digest)] {
    // Of an image without a name BuildKit says `_`.
    names.isEmpty ? [("_", manifest)] : names.map { (PackageAddress.image($0.description, platform), manifest) }
  }
}
