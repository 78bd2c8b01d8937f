import Diagnostics
import OCI

/// How layers are compressed on their way to a registry, where they are not sent as they are stored.
public struct PushCompression: Hashable, Sendable {
  public enum Format: String, CaseIterable, Hashable, Sendable {
    case gzip, zstd

    /// Those that the format has.
    var levels: ClosedRange<Int> { self == .gzip ? 1...9 : 1...22 }
    var usualLevel: Int { self == .gzip ? 6 : 3 }
    var compression: Compression { self == .gzip ? .gzip : .zstd }
  }

  public let format: Format
  public let level: Int
  /// Layers that are in this format already are compressed anew.
  public let isForced: Bool

  /// - Parameter level: `nil`: the format's usual one.
  /// - Throws: `invalidInput` for a level that the format does not have.
  public init(_ format: Format, level: Int? = nil, force: Bool = false) throws(Failure) {
    self.format = format
    self.level = level ?? format.usualLevel
    isForced = force
    guard format.levels.contains(self.level) else {
      throw Failure(
        .invalidInput, "\(format.rawValue) has no level \(self.level)", subject: "--compression-level",
        hint: "from \(format.levels.lowerBound) to \(format.levels.upperBound)")
    }
  }

  func encoder(_ plain: any ByteSource) throws -> any ByteSource {
    switch format {
    case .gzip: try GzipEncoder(plain, level: level)
    case .zstd: try ZstdEncoder(plain, level: level)
    }
  }

  /// The layer's media type in this format, Docker's for images of Docker's own form.
  func mediaType(docker: Bool) -> MediaType {
    switch format {
    case .gzip: docker ? .dockerLayerGzip : .layerGzip
    case .zstd: .layerZstd
    }
  }
}
