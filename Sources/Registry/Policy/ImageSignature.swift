import Diagnostics
import FoundationEssentials
import OCI

/// One signature as cosign stores it: a layer that is the signed payload, with the signature beside it (cosign's
/// SIGNATURE_SPEC.md; the payload is containers' "simple signing").
struct ImageSignature: Sendable {
  static let layerType = MediaType("application/vnd.dev.cosign.simplesigning.v1+json")
  /// How a manifest of signatures names itself where it refers to its image (OCI 1.1).
  static let artifactType = "application/vnd.dev.cosign.artifact.sig.v1+json"
  static let annotation = "dev.cosignproject.cosign/signature"
  /// Bytes of a payload; they have a few hundred.
  static let payloadLimit = 1 << 20

  var payload: [UInt8]
  var signature: [UInt8]

  /// `nil`: the layer holds none.
  init?(_ layer: ContentDescriptor, _ payload: [UInt8]) {
    guard layer.mediaType == Self.layerType, let text = layer.annotations?[Self.annotation],
      let data = Data(base64Encoded: text)
    else { return nil }
    (self.payload, signature) = (payload, Array(data))
  }

  private struct Payload: Decodable {
    struct Critical: Decodable {
      struct Identity: Decodable {
        var dockerReference: String
        enum CodingKeys: String, CodingKey { case dockerReference = "docker-reference" }
      }
      struct Image: Decodable {
        var manifestDigest: Digest
        enum CodingKeys: String, CodingKey { case manifestDigest = "docker-manifest-digest" }
      }
      var identity: Identity
      var image: Image
      var type: String
    }
    var critical: Critical
  }

  /// Why the signature does not prove that a key's owner vouches for one of the manifests under this name; `nil`: it does.
  func objection(_ keys: [PublicKey], _ identity: SignedIdentity, _ image: Reference, _ manifests: [Digest]) -> String?
  {
    // Nothing of the payload counts before this.
    guard keys.contains(where: { $0.verifies(signature, of: payload) }) else { return "it is by none of the keys" }
    guard let content = try? JSON.decode(Payload.self, from: payload, what: "payload").critical,
      content.type == "cosign container image signature"
    else { return "its payload is no signature of an image" }
    guard manifests.contains(content.image.manifestDigest) else { return "it is for \(content.image.manifestDigest)" }
    guard let signed = try? Reference(content.identity.dockerReference), identity.accepts(signed, for: image) else {
      return "it is for \(content.identity.dockerReference)"
    }
    return nil
  }
}
