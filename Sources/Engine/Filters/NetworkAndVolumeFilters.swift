import Diagnostics
import Linux
import Spec

extension Engine {
  public static let networkFilters = ["dangling", "driver", "id", "label", "name", "scope", "type"]
  public static let volumeFilters = ["dangling", "driver", "label", "name"]

  /// The networks that filters ask for, by name.
  public func networks(where wanted: [String: [String]]) throws -> [Network] {
    let values = try FilterValues(wanted, known: Self.networkFilters)
    for kind in values["type"] where !["custom", "builtin"].contains(kind) {
      throw Failure(.invalidInput, "invalid filter: 'type'='\(kind)'")
    }
    let dangling = try values.boolean("dangling")
    let used = dangling == nil ? [] : try usedNetworks()
    return try (networks() + Network.predefined).sorted { $0.name < $1.name }.filter { network in
      values.acceptLabels(network.spec.labels)
        && values.accept("name") { NamePattern($0).matches(network.name) }
        && values.accept("id") { network.id.hasPrefix($0) }
        && values.accept("driver") { $0 == network.spec.driver }
        && values.accept("scope") { $0 == "local" }
        && values.accept("type") { ($0 == "builtin") == network.isPredefined }
        && (dangling.map { $0 != (used.contains(network.name) || network.isPredefined) } ?? true)
    }
  }

  /// The volumes that filters ask for, by name.
  public func volumes(where wanted: [String: [String]]) throws -> [Volume] {
    let values = try FilterValues(wanted, known: Self.volumeFilters)
    let dangling = try values.boolean("dangling")
    let used = dangling == nil ? [] : try usedVolumes()
    return try volumes().sorted { $0.name < $1.name }.filter { volume in
      values.acceptLabels(volume.spec.labels)
        && values.accept("name") { NamePattern($0).matches(volume.name) }
        && values.accept("driver") { $0 == volume.spec.driver }
        && (dangling.map { $0 != used.contains(volume.name) } ?? true)
    }
  }

  /// Names of volumes that some container uses, whether it runs or not.
  public func usedVolumes() throws -> Set<String> {
    Set(try containerStore.list().records.flatMap { $0.volumes.map(\.name) })
  }

  /// Names of networks that some container is to be on, whether it runs or not.
  public func usedNetworks() throws -> Set<String> {
    Set(try containerStore.list().records.flatMap { $0.attachments.map(\.network) })
  }
}
