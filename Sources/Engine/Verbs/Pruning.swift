import Diagnostics
import Linux
import Spec

extension Engine {
  public static let pruneFilters = ["label", "label!", "until"]

  /// Removes the containers that do not run.
  /// - Parameter until: only those that were made before.
  /// - Returns: their ids, and the bytes on disk that became free.
  public func pruneContainers(_ wanted: [String: [String]] = [:], until: Timestamp? = nil) throws
    -> (removed: [String], reclaimed: Int64)
  {
    let values = try FilterValues(wanted, known: Self.pruneFilters)
    var removed: [String] = []
    var reclaimed: Int64 = 0
    for view in try containers() where !view.isRunning {
      guard values.acceptLabels(view.record.spec.labels), values.acceptAbsent(view.record.spec.labels),
        until.map({ view.record.created < $0 }) ?? true
      else { continue }
      let size = (try? diskUse(of: view.id).own) ?? 0
      // One that was started or removed meanwhile is no longer meant.
      do { try remove(view.id) } catch let failure as Failure
        where failure.code == .conflict || failure.code == .notFound
      { continue }
      removed.append(view.id)
      reclaimed += size
    }
    return (removed, reclaimed)
  }

  /// Removes the volumes that no container uses.
  /// - Parameter named: those with a name that a person gave, too.
  public func pruneVolumes(_ wanted: [String: [String]] = [:], named: Bool) throws
    -> (removed: [String], reclaimed: Int64)
  {
    let values = try FilterValues(wanted, known: ["label", "label!"])
    let used = try usedVolumes()
    var removed: [String] = []
    var reclaimed: Int64 = 0
    for volume in try volumes() where !used.contains(volume.name) && (named || volume.anonymous) {
      guard values.acceptLabels(volume.spec.labels), values.acceptAbsent(volume.spec.labels) else { continue }
      let size = (try? size(ofVolume: volume.name)) ?? 0
      do { try removeVolume(volume.name) } catch let failure as Failure where failure.code == .conflict { continue }
      removed.append(volume.name)
      reclaimed += size
    }
    return (removed, reclaimed)
  }

  /// Removes the networks that no container is to be on.
  /// - Parameter until: only those that were made before.
  public func pruneNetworks(_ wanted: [String: [String]] = [:], until: Timestamp? = nil) throws -> [String] {
    let values = try FilterValues(wanted, known: Self.pruneFilters)
    let used = try usedNetworks()
    var removed: [String] = []
    for network in try networks() where !used.contains(network.name) && network.name != Self.defaultNetwork {
      guard values.acceptLabels(network.spec.labels), values.acceptAbsent(network.spec.labels),
        until.map({ network.created < $0 }) ?? true
      else { continue }
      do { try removeNetwork(network.id) } catch let failure as Failure where failure.code == .conflict { continue }
      removed.append(network.name)
    }
    return removed
  }

  /// Bytes on disk: what a container changed, and that with its image's layers.
  public func diskUse(of id: String) throws -> (own: Int64, whole: Int64) {
    let record = try record(id)
    let upper = try? Descriptor.open(host.container(record.id).upper, [.directory])
    let own = try upper?.diskUse() ?? 0
    let below = (try? images.size(of: image(for: record.spec))) ?? 0
    return (own, own + below)
  }

  /// Bytes on disk of what is in a volume.
  public func size(ofVolume name: String) throws -> Int64 {
    try Descriptor.open(volume(name).mountpoint, [.directory]).diskUse()
  }
}
