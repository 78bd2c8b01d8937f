import Images
import OCI

/// An in-toto statement (https://github.com/in-toto/attestation/blob/main/spec/v0.1.0/statement.md).
struct Statement<Predicate: Encodable>: Encodable {
  struct Subject: Encodable {
    var name: String
    var digest: [String: String]
  }

  var type = "https://in-toto.io/Statement/v0.1"
  var predicateType: String
  var subject: [Subject]
  var predicate: Predicate

  enum CodingKeys: String, CodingKey {
    case type = "_type"
    case predicateType, subject, predicate
  }

  var attestation: Attestation { Attestation(predicateType: predicateType, statement: JSON.encode(self)) }
}
