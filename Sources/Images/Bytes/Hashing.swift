import CCrypto
import OCI

/// A running digest. libcrypto's plain functions: they use the processor's SHA instructions and, unlike the EVP ones,
/// set nothing up.
struct Hasher: ~Copyable {
  private enum Context {
    case sha256(UnsafeMutablePointer<SHA256_CTX>)
    case sha512(UnsafeMutablePointer<SHA512_CTX>)
  }

  private let context: Context

  init(_ algorithm: Digest.Algorithm = .sha256) {
    switch algorithm {
    case .sha256:
      let state = UnsafeMutablePointer<SHA256_CTX>.allocate(capacity: 1)
      SHA256_Init(state)
      context = .sha256(state)
    case .sha512:
      let state = UnsafeMutablePointer<SHA512_CTX>.allocate(capacity: 1)
      SHA512_Init(state)
      context = .sha512(state)
    }
  }

  deinit {
    switch context {
    case .sha256(let state): state.deallocate()
    case .sha512(let state): state.deallocate()
    }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch context {
    case .sha256(let state): SHA256_Update(state, bytes.baseAddress, bytes.count)
    case .sha512(let state): SHA512_Update(state, bytes.baseAddress, bytes.count)
    }
  }

  /// The digest of all that was given; the hasher is used up.
  mutating func finish() -> Digest {
    switch context {
    case .sha256: Digest(.sha256, bytes: bytes())
    case .sha512: Digest(.sha512, bytes: bytes())
    }
  }

  /// The same as plain bytes.
  mutating func bytes() -> [UInt8] {
    switch context {
    case .sha256(let state):
      [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { room, count in
        SHA256_Final(room.baseAddress, state)
        count = room.count
      }
    case .sha512(let state):
      [UInt8](unsafeUninitializedCapacity: Int(SHA512_DIGEST_LENGTH)) { room, count in
        SHA512_Final(room.baseAddress, state)
        count = room.count
      }
    }
  }
}

extension Digest {
  /// The SHA-256 of some bytes.
  public static func sha256(of bytes: some Sequence<UInt8>) -> Digest {
    var hasher = Hasher()
    if bytes.withContiguousStorageIfAvailable({ hasher.update(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes { hasher.update($0) }
    }
    return hasher.finish()
  }
}

/// Passes everything on, and knows the digest and the size of what went through.
final class HashingSource: ByteSource {
  private let inner: any ByteSource
  private var hasher: Hasher
  private(set) var count: Int64 = 0

  init(_ inner: any ByteSource, _ algorithm: Digest.Algorithm = .sha256) {
    self.inner = inner
    hasher = Hasher(algorithm)
  }

  func next() throws -> UnsafeRawBufferPointer {
    let piece = try inner.next()
    hasher.update(piece)
    count += Int64(piece.count)
    return piece
  }

  /// Reads to the end what nobody asked for, and gives the digest of everything.
  func finish() throws -> Digest {
    while !(try next()).isEmpty {}
    return hasher.finish()
  }
}
