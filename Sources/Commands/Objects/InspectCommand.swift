import Arguments
import Diagnostics
import Engine
import Images
import OCI
import Presentation

enum InspectCommand {
  static var command: Command {
    let kinds = ObjectKind.allCases.map(\.rawValue)
    return Command(
      "inspect", "Return low-level information on containers, images, networks and volumes",
      usage: "[OPTIONS] NAME|ID [NAME|ID...]",
      flags: [
        .template, .size,
        .text(
          "type", nil, "Only inspect objects of the given type (\(kinds.joined(separator: ", ")))",
          values: .words(kinds)),
      ], arity: .atLeast(1), positionals: [.containers]
    ) { arguments in
      guard let type = arguments.text("type"), !type.isEmpty else {
        return try Invocation(arguments).inspect(ObjectKind.allCases)
      }
      guard let kind = ObjectKind(rawValue: type) else {
        throw Failure(
          .invalidInput, "\"\(type)\" is not a type of object", subject: "--type", hint: kinds.joined(separator: ", "))
      }
      return try Invocation(arguments).inspect([kind])
    }
  }
}

/// In the order in which a name is looked for.
enum ObjectKind: String, CaseIterable {
  case container, image, network, volume
}

extension Flag {
  static let template = Flag.text("format", "f", "Format output using a Go template, or 'json'")
}

extension Invocation {
  /// Prints what there is to know about each of the named objects: one JSON array, or a line each from a template.
  func inspect(_ kinds: [ObjectKind]) throws -> Int32 {
    let engine = try engine()
    let size = arguments.hasFlag("size") && arguments.boolean("size")
    let platform = try (arguments.hasFlag("platform") ? arguments.given("platform") : nil).map { try Platform($0) }
    let format = arguments.text("format").flatMap { $0.isEmpty || $0 == "json" ? nil : $0 }
    let template = try format.map { try Template($0.replacing("\\t", with: "\t").replacing("\\n", with: "\n")) }
    var found: [JSONValue] = []
    var status = ExitStatus.success
    for name in arguments.positionals {
      do {
        let value = try engine.inspection(of: name, kinds, size: size, platform: platform)
        if let template { Output.standard.print(try template.render(value, .inspection)) }
        found.append(value)
      } catch { status = Program.report(error) }
    }
    if template == nil {
      let all = JSONValue.array(found)
      Output.standard.print(arguments.text("format") == "json" ? all.compact : all.indented())
    }
    return status
  }
}

extension Engine {
  /// The first object of these kinds that has the name.
  func inspection(of name: String, _ kinds: [ObjectKind], size: Bool = false, platform: Platform? = nil) throws
    -> JSONValue
  {
    for kind in kinds {
      do {
        switch kind {
        case .container: return try JSONValue(parsing: inspect(name, size: size))
        case .image: return try JSONValue(encoding: images.inspect(name, platform: platform))
        case .network: return Inspection.of(try network(name), containers: try containers())
        case .volume: return Inspection.of(try volume(name))
        }
      } catch let failure as Failure where failure.code == .notFound && kinds.count > 1 {}
    }
    throw Failure(.notFound, "no such object: \(name)")
  }
}
