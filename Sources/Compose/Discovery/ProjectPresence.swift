import Diagnostics
import YAML

/// Whether there is a project where a person stands, found out without reading more than a `.env`.
public struct ProjectPresence: Sendable {
  /// The compose files that a command without `-f` would read, absolute; empty: there is no project here.
  public let files: [String]

  public init(_ options: LoadOptions) {
    files = (try? ProjectFiles(options, remotes: RemoteFiles(nil), report: Report()))?.paths ?? []
  }

  /// Whether the word stands somewhere in the files, so that it may be the name of a service. A file that brings in others
  /// may mean any.
  public func mayMention(_ word: String) -> Bool {
    files.contains { path in
      guard path != "-", let bytes = try? Disk.read(path) else { return true }
      let text = String(decoding: bytes, as: UTF8.self)
      return text.contains(word) || text.contains("include")
    }
  }
}

extension LoadedProject {
  /// Of all services, enabled or not.
  public var serviceNames: [String] {
    (tree["services"]?.mapping?.entries ?? []).map(\.key) + disabledServices.entries.map(\.key)
  }
}
