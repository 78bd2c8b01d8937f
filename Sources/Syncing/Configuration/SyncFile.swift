import Diagnostics
import YAML

/// `davit-sync.yaml`: which projects of a repository a machine has, and with which values. See docs/sync.md.
public struct SyncFile: Sendable {
  public static let name = "davit-sync.yaml"

  struct Entry: Sendable {
    var project: SyncProject
    /// Patterns; empty: every machine.
    var hosts: [String] = []
  }

  struct Host: Sendable {
    var pattern: String
    var values: [String: String] = [:]
    /// For single projects.
    var projects: [String: [String: String]] = [:]
  }

  var projects: [Entry] = []
  /// In file order; what comes later wins.
  var hosts: [Host] = []

  /// The projects of a machine, with its values, in file order.
  public func projects(on host: String) -> [SyncProject] {
    let own = hosts.filter { HostPattern($0.pattern).matches(host) }
    return projects.filter { entry in
      entry.hosts.isEmpty || entry.hosts.contains { HostPattern($0).matches(host) }
    }.map { entry in
      var project = entry.project
      for host in own { project.values.merge(host.values) { $1 } }
      for host in own { project.values.merge(host.projects[project.name ?? ""] ?? [:]) { $1 } }
      return project
    }
  }
}
