import Diagnostics
import Images

extension Registries {
  /// Throws where the policy lets nothing in that comes as such a file. Files bring no signatures along, so a rule that
  /// wants one lets nothing in either.
  public func admit(_ archive: ArchiveOrigin) throws {
    let policy = try policy()
    for requirement in policy.requirements(for: archive) {
      let reason: String
      switch requirement {
      case .accept: continue
      case .reject: reason = "nothing is accepted from there"
      case .unknown(let what): reason = what
      case .sigstoreSigned: reason = "a signature was required, and archives have none"
      }
      throw Failure(
        .notPermitted, "rejected by the policy in \(policy.file ?? "no file"): \(reason)",
        subject: "\(archive.transport.rawValue):\(archive.path ?? "-")")
    }
  }
}
