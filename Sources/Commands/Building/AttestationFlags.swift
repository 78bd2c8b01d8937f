import Building
import Diagnostics

/// `--attest`, and `--provenance` and `--sbom`, which are short for it; the same words stand in compose files.
enum AttestationFlags {
  /// The short ones say more than `--attest`, as with buildx.
  static func options(_ attest: [String], provenance: String?, sbom: String?) throws(Failure) -> AttestationOptions {
    var options = AttestationOptions()
    for text in attest { try apply(FieldList(text), "--attest \(text)", to: &options) }
    if let provenance { try apply(short("provenance", provenance), "--provenance \(provenance)", to: &options) }
    if let sbom { try apply(short("sbom", sbom), "--sbom \(sbom)", to: &options) }
    return options
  }

  /// `true`, `false`, or fields.
  private static func short(_ type: String, _ value: String) -> FieldList {
    if let isOn = boolean(value) { return FieldList("type=\(type),disabled=\(!isOn)") }
    return FieldList("type=\(type),\(value)")
  }

  /// As Go's strconv.ParseBool.
  private static func boolean(_ text: String) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: nil
    }
  }

  private static func apply(_ fields: FieldList, _ subject: String, to options: inout AttestationOptions)
    throws(Failure)
  {
    var isOn = true
    if let text = fields["disabled"] {
      guard let isDisabled = boolean(text) else {
        throw Failure(.invalidInput, "\"\(text)\" is neither true nor false", subject: subject)
      }
      isOn = !isDisabled
    }
    switch fields["type"] {
    case "provenance": options.provenance = isOn ? try provenance(fields, subject) : nil
    case "sbom":
      options.listsSoftware = isOn
      for (key, value) in fields.entries where key != "type" && key != "disabled" {
        throw Failure(
          .unsupported, "the option \(key)=\(value) is not there", subject: subject,
          hint: "Davit itself reads what the package managers noted, and runs no generator")
      }
    case let type?:
      throw Failure(
        .unsupported, "unsupported attestation type \"\(type)\"", subject: subject, hint: "there are provenance, sbom")
    case nil: throw Failure(.invalidInput, "attestation type not specified", subject: subject)
    }
  }

  private static func provenance(_ fields: FieldList, _ subject: String) throws(Failure)
    -> AttestationOptions.Provenance
  {
    var provenance = AttestationOptions.Provenance()
    for (key, value) in fields.entries {
      switch (key, value) {
      case ("type", _), ("disabled", _): break
      case ("mode", "min"): provenance.isMaximal = false
      case ("mode", "max"): provenance.isMaximal = true
      case ("builder-id", _): provenance.builderID = value
      case ("version", _):
        guard let version = AttestationOptions.Provenance.Version(rawValue: value) else {
          throw Failure(
            .unsupported, "there is no version \(value)", subject: subject, hint: "there are v0.2 and v1")
        }
        provenance.version = version
      case ("reproducible", _) where boolean(value) != nil: provenance.isReproducible = boolean(value)!
      default:
        throw Failure(
          .unsupported, "the option \(key)=\(value) is not there", subject: subject,
          hint: "there are mode=min|max, version=v0.2|v1, builder-id, reproducible")
      }
    }
    return provenance
  }
}
