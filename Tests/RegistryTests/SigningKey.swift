import CCrypto
import FoundationEssentials
import OCI

@testable import Registry

/// A key pair of the tests' own (ECDSA, P-256), which signs as cosign does.
struct SigningKey {
  static let publicPEM = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5s/t1ogq5HTPKt7rkOUDqbQGwJR3
    jvRMhI2qYoJcHxu2grC5h9f2roODZLdjObDoUjFGvuSx/1NEc//CQZZ+OQ==
    -----END PUBLIC KEY-----

    """
  /// Of somebody else.
  static let otherPEM = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENgN6phmE5S9JMHYG/rCe06uHEPax
    pRcM/eEr9T4sKsUX/UAo61w+Z+CK+MonIJ+3Nqm6/almvknRIvNa+8vOQw==
    -----END PUBLIC KEY-----

    """
  private static let privateKey =
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDn6fTfRBrQlV7thBUr44fu+ZcT7iRUIw2TD8KzWFo52hRANCAATm"
    + "z+3WiCrkdM8q3uuQ5QOptAbAlHeO9EyEjapiglwfG7aCsLmH1/aug4Nkt2M5sOhSMUa+5LH/U0Rz/8JBln45"

  static func sign(_ message: [UInt8]) -> [UInt8] {
    let encoded = Array(Data(base64Encoded: privateKey)!)
    return encoded.withUnsafeBufferPointer { bytes in
      var place = bytes.baseAddress
      let key = d2i_AutoPrivateKey(nil, &place, bytes.count)
      let context = EVP_MD_CTX_new()
      defer {
        EVP_MD_CTX_free(context)
        EVP_PKEY_free(key)
      }
      precondition(EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1)
      var signature = [UInt8](repeating: 0, count: 256)
      var count = signature.count
      precondition(EVP_DigestSign(context, &signature, &count, message, message.count) == 1)
      return Array(signature.prefix(count))
    }
  }
}

/// What `cosign sign` puts beside an image: a manifest of one signature, and its payload.
struct CosignSignature: Sendable {
  let payload: [UInt8]
  let manifest: [UInt8]

  /// - Parameter damage: applied to the payload after it was signed.
  init(of digest: Digest, named name: String, damage: ([UInt8]) -> [UInt8] = { $0 }) {
    let text =
      #"{"critical":{"identity":{"docker-reference":"\#(name)"},"image":{"docker-manifest-digest":"\#(digest)"},"#
      + #""type":"cosign container image signature"},"optional":null}"#
    let signature = Data(SigningKey.sign(Array(text.utf8))).base64EncodedString()
    payload = damage(Array(text.utf8))
    var layer = ContentDescriptor(
      mediaType: ImageSignature.layerType, digest: .sha256(of: payload), size: Int64(payload.count))
    layer.annotations = [ImageSignature.annotation: signature]
    var manifest = Manifest(
      config: ContentDescriptor(mediaType: .config, digest: .sha256(of: Array("{}".utf8)), size: 2), layers: [layer])
    manifest.artifactType = ImageSignature.artifactType
    self.manifest = JSON.encode(manifest)
  }

  var digest: Digest { .sha256(of: manifest) }
  var payloadPath: String { "/v2/app/blobs/\(Digest.sha256(of: payload))" }
}
