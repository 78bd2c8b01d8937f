import Diagnostics
import FoundationEssentials

/// A plan as JSON text.
public enum PlanJSON {
  /// - Parameter hidingSecrets: leave out what is probably a secret. Such a text is for reading: a plan that is to be
  ///   applied later needs it all and belongs into a file that only its owner can read.
  public static func render(_ plan: Plan, hidingSecrets: Bool = true) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(hidingSecrets ? plan.hidingSecrets : plan)
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  public static func read(_ text: some Collection<UInt8>) throws -> Plan {
    do { return try JSONDecoder().decode(Plan.self, from: Data(text)) } catch let failure as Failure {
      throw failure
    } catch let error as DecodingError {
      throw Failure(
        .corrupt, "it is not a plan as `davit plan --format json` writes it", subject: "plan",
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
