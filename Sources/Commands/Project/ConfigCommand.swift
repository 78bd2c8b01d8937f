import Arguments
import Compose
import Diagnostics
import Linux

enum ConfigCommand {
  static var command: Command {
    Command(
      "config", "Parse, resolve and render compose file in canonical format", usage: "[OPTIONS] [SERVICE...]",
      flags: names + [
        .text(
          "explain", nil,
          "Say where the value at PATH came from: which file and line, what it overrode, which variables",
          placeholder: "PATH"),
        .text("format", nil, "Format the output. Values: [yaml | json]", values: .words(["yaml", "json"])),
        .text("hash", nil, "Print the service config hash, one per line.", values: .services),
        .boolean("lock-image-digests", nil, "Produces an override file with image digests"),
        .boolean(
          "no-consistency", nil,
          "Don't check model consistency - warning: may produce invalid Compose output"),
        .boolean("no-env-resolution", nil, "Don't resolve service env files"),
        .boolean("no-interpolate", nil, "Don't interpolate environment variables"),
        .boolean("no-normalize", nil, "Don't normalize compose model"),
        .boolean("no-path-resolution", nil, "Don't resolve file paths"),
        .text("output", "o", "Save to file (default to stdout)", values: .files),
        .boolean("quiet", "q", "Only validate the configuration, don't print anything"),
        .boolean("resolve-image-digests", nil, "Pin image tags to digests"),
      ], arity: .atLeast(0), positionals: [.services]
    ) { try run(Invocation($0)) }.aliased("convert")
  }

  /// What may be asked for in place of the whole project.
  private static let names: [Flag] = [
    .boolean("environment", nil, "Print environment used for interpolation."),
    .boolean("images", nil, "Print the image names, one per line."),
    .boolean("models", nil, "Print the model names, one per line."),
    .boolean("networks", nil, "Print the network names, one per line."),
    .boolean("profiles", nil, "Print the profile names, one per line."),
    .boolean("services", nil, "Print the service names, one per line."),
    .boolean("variables", nil, "Print model variables and default values."),
    .boolean("volumes", nil, "Print the volume names, one per line."),
  ]

  private static func run(_ invocation: Invocation) throws -> Int32 {
    let arguments = invocation.arguments
    var options = try invocation.loadOptions(services: arguments.positionals)
    options.interpolates = !arguments.boolean("no-interpolate")
    options.normalizes = !arguments.boolean("no-normalize")
    options.resolvesPaths = !arguments.boolean("no-path-resolution")
    options.checksConsistency = !arguments.boolean("no-consistency")
    options.resolvesEnvironment = !arguments.boolean("no-env-resolution")
    var query = ConfigQuery(options: options)
    query.content = content(arguments)
    query.isLock = arguments.boolean("lock-image-digests")
    if query.isLock || arguments.boolean("resolve-image-digests") { query.pin = { invocation.pin($0) } }
    if let name = arguments.text("format"), !name.isEmpty {
      guard let format = ConfigQuery.Format(rawValue: name) else {
        throw Failure(.invalidInput, "unsupported format: \(name)", subject: "--format", hint: "use yaml or json")
      }
      query.format = format
    }
    let (text, warnings) = try query.answer()
    invocation.warn(warnings)
    if !options.interpolates && !arguments.positionals.isEmpty {
      invocation.warn("services are not chosen with --no-interpolate: this is the whole model")
    }
    guard !arguments.boolean("quiet") else { return ExitStatus.success }
    if let path = arguments.text("output"), !path.isEmpty, query.content == .project {
      try Descriptor.open(path, [.writeOnly, .create, .truncate], mode: 0o666).writeAll(text)
    } else {
      Output.standard.write(text)
    }
    return ExitStatus.success
  }

  /// Where several are asked for, the first that docker compose looks at.
  private static func content(_ arguments: ParsedArguments) -> ConfigQuery.Content {
    if let path = arguments.text("explain"), !path.isEmpty { return .explain(path) }
    if arguments.boolean("services") { return .services }
    if arguments.boolean("volumes") { return .volumes }
    if arguments.boolean("networks") { return .networks }
    if arguments.boolean("models") { return .models }
    if let hash = arguments.text("hash"), !hash.isEmpty {
      return .hash(hash == "*" ? [] : hash.split(separator: ",").map(String.init))
    }
    if arguments.boolean("profiles") { return .profiles }
    if arguments.boolean("images") { return .images }
    if arguments.boolean("variables") { return .variables }
    return arguments.boolean("environment") ? .environment : .project
  }
}
