import Diagnostics
import Glibc
import Linux
import OCI
import Synchronization

/// Brings the layers of one image into the store, several at once.
struct LayerIngest: Sendable {
  let staging: Staging
  let progress: (@Sendable (LoadProgress) -> Void)?

  /// - Parameter progress: called from one thread at a time.
  init(_ staging: Staging, progress: (@Sendable (LoadProgress) -> Void)? = nil) {
    self.staging = staging
    guard let progress else {
      self.progress = nil
      return
    }
    let turn = Turn()
    self.progress = { step in turn.mutex.withLock { _ in progress(step) } }
  }

  private final class Turn: Sendable {
    let mutex = Mutex(())
  }

  /// Reads the layers that are missing and unpacks them where wanted.
  /// - Parameter layers: lowest first.
  /// - Returns: their blobs, lowest first, and warnings.
  /// - Parameter threads: how many at once; `nil`: as many as there are processors.
  func take(_ layers: [LayerBlob], unpack: Bool, threads: Int? = nil) throws -> (
    blobs: [ContentDescriptor], warnings: [Warning]
  ) {
    let stack = LayerStack(layers.map { $0.diffID! }, staging)
    let missing = Set(unpack ? stack.missing : [])
    let results = WorkerPool.map(Array(layers.indices), limit: threads ?? Self.threads) { index in
      try take(layers[index], missing.contains(index) ? { try stack.unpack(index, $0) } : nil)
    }
    let taken = try results.map { try $0.get() }
    return (taken.map(\.blob), taken.flatMap(\.warnings))
  }

  /// - Parameter unpack: reads the layer and makes its tree; `nil`: only the blob is wanted.
  private func take(_ layer: LayerBlob, _ unpack: ((LayerBlob) throws -> LayerBlob.Read)?) throws
    -> (blob: ContentDescriptor, warnings: [Warning])
  {
    var layer = layer
    let known = try layer.promised ?? Self.plainBlob(layer, staging)
    layer.isStored = known.map { staging.has($0.digest) } ?? false
    if let known, layer.isStored, unpack == nil { return (known, []) }
    let (diffID, size) = (layer.diffID!, layer.member.size)
    if let progress {
      progress(LoadProgress(layer: diffID, done: 0, total: size))
      // The end is told when the layer is there.
      layer.progress = { if $0 < size { progress(LoadProgress(layer: diffID, done: $0, total: size)) } }
    }
    let read = try unpack?(layer) ?? layer.read(staging, into: nil, on: nil)
    progress?(LoadProgress(layer: diffID, done: size, total: size))
    let found = ContentDescriptor(mediaType: read.compression.mediaType, digest: read.digest, size: read.size)
    return (layer.promised ?? found, read.unpacked?.warnings ?? [])
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
  static let threads = max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

extension Compression {
  var mediaType: MediaType {
    switch self {
    case .none: .layer
    case .gzip: .layerGzip
    case .zstd: .layerZstd
    // No layer is: reading one refuses.
    case .xz, .bzip2: .layer
    }
  }
}
