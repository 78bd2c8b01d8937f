import Diagnostics
import Git
import OCI

/// Where a remote compose file lies.
public enum RemoteSource: Sendable {
  case git(GitAddress)
  /// `oci://registry/path:tag`
  case artifact(Reference)

  /// Reads a reference as it stands behind `-f`, in `include` or in `extends`.
  public init(_ text: String) throws(Failure) {
    if text.hasPrefix("oci://") {
      self = .artifact(try Reference(String(text.dropFirst("oci://".count))).tagged)
    } else if let address = try GitAddress.parse(text) {
      self = .git(address)
    } else {
      throw Failure(
        .invalidInput, "it names neither a git repository nor an artifact of a registry", subject: text,
        hint: "write https://host/repository.git#ref:directory, git@host:repository.git or oci://registry/name:tag")
    }
  }

  /// What stands for the top of the copy in messages.
  public var name: String {
    switch self {
    case .git(let address): address.url + (address.reference.map { "#\($0)" } ?? "")
    case .artifact(let reference): "oci://\(reference.familiar)"
    }
  }
}
