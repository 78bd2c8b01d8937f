import CCrypto
import Diagnostics
import FoundationEssentials
import Linux

/// A key that signatures are checked with: ECDSA over P-256 as cosign makes them, and what else libcrypto reads (RSA,
/// other curves, Ed25519).
public struct PublicKey: Hashable, Sendable {
  /// SubjectPublicKeyInfo (RFC 5280, 4.1), DER.
  private let encoded: [UInt8]

  /// Reads a PEM file (RFC 7468, `PUBLIC KEY`). Throws `invalidInput` where there is no such key in it.
  public init(file path: String) throws { try self.init(pem: try readFile(path, limit: 1 << 20), from: path) }

  /// - Parameter source: what an error is said of.
  init(pem: [UInt8], from source: String) throws {
    let lines = String(decoding: pem, as: UTF8.self).split(whereSeparator: \.isNewline)
    let body = lines.drop { !$0.hasPrefix("-----BEGIN PUBLIC KEY-----") }.dropFirst().prefix { !$0.hasPrefix("-----") }
    guard let data = Data(base64Encoded: body.joined()), !data.isEmpty else {
      throw Failure(
        .invalidInput, "there is no public key in it", subject: source, hint: "-----BEGIN PUBLIC KEY----- was expected")
    }
    encoded = Array(data)
    guard let key = Self.read(encoded) else {
      throw Failure(.invalidInput, "the public key is damaged", subject: source)
    }
    EVP_PKEY_free(key)
  }

  private static func read(_ bytes: [UInt8]) -> OpaquePointer? {
    bytes.withUnsafeBufferPointer { bytes in
      var place = bytes.baseAddress
      return d2i_PUBKEY(nil, &place, bytes.count)
    }
  }

  /// Whether the key's owner signed these bytes (with SHA-256, where the kind of key leaves a choice).
  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard let key = Self.read(encoded), let context = EVP_MD_CTX_new() else { return false }
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
    }
    let hash = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? nil : EVP_sha256()
    guard EVP_DigestVerifyInit(context, nil, hash, nil, key) == 1 else { return false }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}
