import Diagnostics
import Linux
import OCI
import Synchronization

/// The unpacked layers of one image, some there already, some being made. Each is made at once, without waiting for those
/// below, unless it turns out to need them.
final class LayerStack: Sendable {
  private let staging: Staging
  private let diffIDs: [Digest]
  private let chainIDs: [Digest]
  private let places: Mutex<[Place?]>
  private let changed = Signal()

  private enum Place: Sendable {
    case ready(Descriptor, LayerRecord)
    case failed(Failure)
  }

  /// Lowest first.
  init(_ diffIDs: [Digest], _ staging: Staging) {
    self.staging = staging
    self.diffIDs = diffIDs
    chainIDs = LayerKey.chainIDs(diffIDs)
    let chainIDs = chainIDs
    places = Mutex(
      diffIDs.indices.map { index in
        staging.findLayer(diffIDs[index], chainIDs[index]).map { .ready($0.tree, $0.record) }
      })
  }

  /// The layers that are not unpacked, by index.
  var missing: [Int] { places.withLock { places in places.indices.filter { places[$0] == nil } } }

  /// Unpacks one layer while its bytes are read. May be called for several at once, lower ones first.
  func unpack(_ index: Int, _ blob: LayerBlob) throws -> LayerBlob.Read {
    do {
      let (name, folder, tree) = try staging.makeLayer()
      let lower =
        index == 0
        ? nil
        : LowerLayers(
          areThere: { [self] in areThere(below: index) }, roots: { [self] in try roots(below: index) })
      let read = try blob.read(staging, into: tree, on: lower)
      let record = try staging.keepLayer(name, folder, read, chainID: chainIDs[index])
      set(index, .ready(tree, record))
      return read
    } catch {
      let failure = Failure(error)
      set(index, .failed(failure))
      throw failure
    }
  }

  private func set(_ index: Int, _ place: Place) {
    places.withLock { $0[index] = place }
    changed.notifyAll()
  }

  private func areThere(below index: Int) -> Bool { places.withLock { $0[..<index].allSatisfy { $0 != nil } } }

  /// Waits for the layers below. Topmost first.
  private func roots(below index: Int) throws -> [Descriptor] {
    var roots: [Descriptor] = []
    for lower in (0..<index).reversed() {
      var place: Place?
      changed.wait {
        place = places.withLock { $0[lower] }
        return place != nil
      }
      switch place! {
      case .failed(let failure): throw failure
      case .ready(let tree, let record):
        roots.append(tree)
        if record.hidesLower { return roots }
      }
    }
    return roots
  }
}

extension StoreLayout {
  /// An unpacked layer, in whichever of its two forms it is there.
  func findLayer(_ diffID: Digest, _ chainID: Digest) -> (path: String, record: LayerRecord)? {
    for key in [LayerKey.alone(diffID), .chain(chainID)] {
      let folder = layer(key)
      if let record = LayerRecord.read(folder) { return (folder + "/" + LayerRecord.treeName, record) }
    }
    return nil
  }
}
