import Diagnostics
import Glibc
import Linux
import OCI

/// Brings the layers of one image into the store, several at once.
struct LayerIngest {
  let staging: Staging
  let progress: (@Sendable (LoadProgress) -> Void)?

  /// Reads the layers that are missing and unpacks them where wanted.
  /// - Parameter layers: lowest first.
  /// - Returns: their blobs, lowest first, and warnings.
  func take(_ layers: [LayerBlob], unpack: Bool) throws -> (blobs: [ContentDescriptor], warnings: [Warning]) {
    let stack = LayerStack(layers.map { $0.diffID! }, staging)
    let missing = Set(unpack ? stack.missing : [])
    let results = WorkerPool.map(Array(layers.enumerated()), limit: Self.threads) {
      [staging, progress] (index, layer) -> (ContentDescriptor, [Warning]) in
      var layer = layer
      let known = try layer.promised ?? Self.plainBlob(layer, staging)
      layer.isStored = known.map { staging.has($0.digest) } ?? false
      if let known, layer.isStored, !missing.contains(index) { return (known, []) }
      progress?(LoadProgress(layer: layer.diffID!, done: 0, total: layer.member.size))
      let read =
        try missing.contains(index) ? stack.unpack(index, layer) : layer.read(staging, into: nil, on: nil)
      progress?(LoadProgress(layer: layer.diffID!, done: read.size, total: read.size))
      let blob =
        layer.promised
        ?? ContentDescriptor(mediaType: read.compression.mediaType, digest: read.digest, size: read.size)
      return (blob, read.unpacked?.warnings ?? [])
    }
    let taken = try results.map { try $0.get() }
    return (taken.map(\.0), taken.flatMap(\.1))
  }

  /// In an archive of Docker's a layer has no digest but its diff id, which is the blob's too unless it is compressed.
  /// - Returns: the blob, if the store has it already.
  private static func plainBlob(_ layer: LayerBlob, _ staging: Staging) throws -> ContentDescriptor? {
    guard let diffID = layer.diffID, staging.has(diffID),
      case (_, .none) = try Compression.open(layer.member.source())
    else { return nil }
    return ContentDescriptor(
      mediaType: Compression.none.mediaType, digest: diffID, size: try staging.open(diffID).status().size)
  }

  /// Each layer that is being read has two threads, which seldom both compute.
  private static let threads = max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

extension Compression {
  var mediaType: MediaType {
    switch self {
    case .none: .layer
    case .gzip: .layerGzip
    case .zstd: .layerZstd
    }
  }
}
