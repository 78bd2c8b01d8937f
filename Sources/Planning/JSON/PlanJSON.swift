import Diagnostics
import FoundationEssentials

/// A plan as JSON text.
public enum PlanJSON {
  /// - Parameter hidingSecrets: leave out what is probably a secret. Such a text is for reading: a plan that is to be
  ///   applied later needs it all and belongs into a file that only its owner can read.
  public static func render(_ plan: Plan, hidingSecrets: Bool = true) throws -> String {
    try render(encoding: hidingSecrets ? plan.hidingSecrets : plan)
  }

  static func render(encoding value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  public static func read(_ text: some Collection<UInt8>) throws -> Plan { try read(Plan.self, from: text) }

  static func read<Value: Decodable>(_ type: Value.Type, from text: some Collection<UInt8>) throws -> Value {
    do { return try JSONDecoder().decode(type, from: Data(text)) } catch let failure as Failure {
      throw failure
    } catch let error as DecodingError {
      throw Failure(
        .corrupt, "it is not a plan as `davit plan` writes it", subject: "plan",
        causes: ["\(error)"])
    }
  }
}

extension Plan {
  /// The plan without values that are probably secrets.
  var hidingSecrets: Plan {
    var plan = self
    for index in plan.changes.indices {
      switch plan.changes[index].action {
      case .createContainer(var creation):
        creation.spec = creation.spec.hidingSecrets
        plan.changes[index].action = .createContainer(creation)
      case .updateContainer(let container, let spec, let fields):
        plan.changes[index].action = .updateContainer(container, to: spec.hidingSecrets, fields: fields)
      default: break
      }
    }
    return plan
  }
}
