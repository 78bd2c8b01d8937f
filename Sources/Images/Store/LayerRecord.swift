import Diagnostics
import Linux
import OCI

/// What is known of an unpacked layer: `layer.json` beside its `tree`.
struct LayerRecord: Codable, Hashable, Sendable {
  var version = 1
  var diffID: Digest
  /// Bytes of its files.
  var size: Int64
  /// The layers below are not part of the image any more.
  var hidesLower: Bool
  /// The boot in which it was unpacked. Its files are not synchronized, because they can be unpacked again: in a later
  /// boot they may be garbled, if the machine lost power.
  var boot: String

  static let fileName = "layer.json"
  static let treeName = "tree"

  static func read(_ folder: String) -> LayerRecord? {
    guard let bytes = try? readFile(folder + "/" + fileName) else { return nil }
    return try? JSON.decode(LayerRecord.self, from: bytes, what: folder)
  }

  /// The running boot of this machine.
  static let thisBoot = (try? readText("/proc/sys/kernel/random/boot_id")) ?? ""
}
