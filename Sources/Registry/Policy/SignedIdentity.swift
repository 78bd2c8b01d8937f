import Diagnostics
import OCI

/// Which name a signature must be for (containers-policy.json(5), `signedIdentity`).
enum SignedIdentity: Hashable, Sendable {
  /// The very name, tag included.
  case exact
  /// As `exact`; where an image is asked for by its digest, its repository.
  case repositoryOrExact
  case repository
  case exactReference(Reference)
  case exactRepository(Reference)
  /// As `repositoryOrExact`, with the beginning of the name replaced.
  case remapped(prefix: String, signedPrefix: String)

  func accepts(_ signed: Reference, for image: Reference) -> Bool {
    switch self {
    case .exact: image.tag != nil && Self.bare(signed) == Self.bare(image)
    case .repositoryOrExact:
      image.tag == nil && image.digest != nil
        ? signed.name == image.name : signed.tag != nil && Self.bare(signed) == Self.bare(image)
    case .repository: signed.name == image.name
    case .exactReference(let wanted): Self.bare(signed) == Self.bare(wanted)
    case .exactRepository(let wanted): signed.name == wanted.name
    case .remapped(let prefix, let signedPrefix):
      Self.moved(image, prefix, signedPrefix).map { Self.repositoryOrExact.accepts(signed, for: $0) } ?? false
    }
  }

  /// A signature is over a digest; that it repeats it in the name says nothing.
  private static func bare(_ reference: Reference) -> Reference {
    Reference(domain: reference.domain, path: reference.path, tag: reference.tag)
  }

  /// An image outside of the prefix keeps its name.
  private static func moved(_ image: Reference, _ prefix: String, _ signedPrefix: String) -> Reference? {
    guard image.name == prefix || image.name.hasPrefix(prefix + "/") else { return image }
    guard var moved = try? Reference(signedPrefix + image.name.dropFirst(prefix.count)) else { return nil }
    (moved.tag, moved.digest) = (image.tag, image.digest)
    return moved
  }
}
