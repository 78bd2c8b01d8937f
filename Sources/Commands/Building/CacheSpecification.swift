import Building
import Diagnostics
import Images
import OCI
import Registry

/// One `--cache-from` or `--cache-to`: `type=local,src=folder`, `type=registry,ref=host/name:tag`, `type=inline`, or just
/// the name of an image.
struct CacheSpecification {
  enum Kind: Equatable {
    case local(String)
    case registry(Reference)
    /// In the image that is built.
    case inline
  }

  var kind: Kind
  /// Every step, and not only those that the image's layers are of (`mode=max`).
  var keepsAll = false

  /// - Parameter isTarget: it is written, not read.
  init(_ text: String, isTarget: Bool) throws {
    let flag = isTarget ? "--cache-to" : "--cache-from"
    guard text.contains("=") else {
      kind = .registry(try Reference(text).tagged)
      return
    }
    let fields = FieldList(text)
    let place = isTarget ? "dest" : "src"
    switch fields["type"] {
    case "local":
      guard let folder = fields[place] else {
        throw Failure(.invalidInput, "local cache needs \(place)", subject: "\(flag) \(text)")
      }
      kind = .local(folder)
    case "registry":
      guard let reference = fields["ref"] else {
        throw Failure(.invalidInput, "registry cache needs ref", subject: "\(flag) \(text)")
      }
      kind = .registry(try Reference(reference).tagged)
    case "inline" where isTarget: kind = .inline
    case let other:
      throw Failure(
        .unsupported, "there is no cache of type \(other ?? "")", subject: flag,
        hint: "there are local, registry\(isTarget ? " and inline" : "")")
    }
    for (key, value) in fields.entries {
      switch (key, value) {
      case ("type", _), (place, _), ("ref", _): break
      case ("mode", "max") where isTarget: keepsAll = true
      case ("mode", "min") where isTarget: break
      case ("compression", "uncompressed"), ("oci-mediatypes", "true"), ("image-manifest", "false"): break
      default: throw Failure(.unsupported, "the option \(key)=\(value) is not there", subject: flag)
      }
    }
  }

  func source(_ registries: Registries) throws -> any RemoteImages {
    switch kind {
    case .local(let folder): return LayoutFolder(folder)
    case .registry(let reference):
      return TaggedImages(try registries.source(reference), tag: reference.tag ?? Reference.defaultTag)
    case .inline: throw Failure(.invalidInput, "an inline cache is read by naming the image", subject: "--cache-from")
    }
  }
}
