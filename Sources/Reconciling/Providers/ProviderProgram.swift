import Diagnostics
import FoundationEssentials
import Linux
import Spec

/// The program behind a service with a `provider`. It is asked with words on its command line and answers with lines of
/// JSON on standard output (docker/compose, docs/extension.md).
public struct ProviderProgram: Sendable {
  public enum Verb: String, Sendable { case up, down, stop }

  let provider: ProviderSpec
  let service: String
  let project: String
  /// Of the program.
  let environment: [String: String]
  private let path: String

  /// - Throws: `notFound` where there is no such program.
  public init(
    _ provider: ProviderSpec, of service: String, project: String, environment: [String: String]
  ) throws(Failure) {
    self.provider = provider
    self.service = service
    self.project = project
    self.environment = environment.merging(["COMPOSE_PROJECT_NAME": project]) { $1 }
    let type = provider.type
    guard !type.isEmpty, type != "compose", !type.utf8.contains(UInt8(ascii: "/")) || type.hasPrefix("/") else {
      throw Failure(.invalidInput, "\"\(type)\" is no type of provider", subject: "services.\(service).provider")
    }
    let places = Self.plugins(environment).map { "\($0)/docker-\(type)" } + Self.programs(type, environment)
    guard let path = places.first(where: Self.isProgram) else {
      throw Failure(
        .notFound, "there is no provider \(type)", subject: "services.\(service).provider",
        hint: "install a program \(type) in PATH, or docker-\(type) among Docker's plugins")
    }
    self.path = path
  }

  /// Where Docker's command looks for its plugins.
  private static func plugins(_ environment: [String: String]) -> [String] {
    let own = environment["DOCKER_CONFIG"] ?? environment["HOME"].map { "\($0)/.docker" }
    return (own.map { ["\($0)/cli-plugins"] } ?? [])
      + ["/usr/local/lib", "/usr/local/libexec", "/usr/lib", "/usr/libexec"].map { "\($0)/docker/cli-plugins" }
  }

  private static func programs(_ type: String, _ environment: [String: String]) -> [String] {
    if type.hasPrefix("/") { return [type] }
    return (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(type)" }
  }

  private static func isProgram(_ path: String) -> Bool {
    guard let status = try? FileStatus.of(path) else { return false }
    return status.kind == .regular && status.permissions & 0o111 != 0
  }

  /// Stopping is optional for a provider, and one that can says so.
  public var canStop: Bool { ProviderMetadata(asking: path, environment)?.stop != nil }

  /// - Parameter info: is given what it says about its progress.
  /// - Returns: the provider with the variables that it gave.
  public func run(_ verb: Verb, info: (String) -> Void) throws(Failure) -> ProviderSpec {
    let known = ProviderMetadata(asking: path, environment)?.parameters(of: verb)
    if let missing = known?.first(where: { $0.required == true && provider.options[$0.name] == nil }) {
      throw failure("the provider \(provider.type) needs the option \(missing.name)")
    }
    var words = [path, "compose", "--project-name=\(project)", verb.rawValue]
    for (name, values) in provider.options.sorted(by: { $0.key < $1.key }) {
      guard known?.contains(where: { $0.name == name }) ?? true else { continue }
      words += values.map { "--\(name)=\($0)" }
    }
    var answers = ProviderAnswers()
    let result: ProgramResult
    do {
      result = try withoutActuallyEscaping(info) { (info) throws(SystemError) in
        try runProgram(words + [service], environment: environment) { answers.take($0, info) }
      }
    } catch { throw failure("the provider \(path) cannot be started: \(error.reason)") }
    answers.finish(info)
    if let error = answers.error { throw failure(error) }
    guard result.status == 0 else {
      throw Failure(
        .conflict, "the provider \(provider.type) failed to bring it \(verb.rawValue) (exit status \(result.status))",
        subject: "service \(service)", hint: result.complaint.isEmpty ? nil : "it said: \(result.complaint)")
    }
    var provided = provider
    provided.variables = answers.variables
    provided.rawVariables = answers.rawVariables
    return provided
  }

  private func failure(_ message: String) -> Failure { Failure(.conflict, message, subject: "service \(service)") }
}

/// What a provider says about itself; asking is optional for it.
private struct ProviderMetadata: Decodable {
  struct Parameter: Decodable {
    var name: String
    var required: Bool?
  }

  struct Command: Decodable { var parameters: [Parameter]? }

  var up: Command?
  var down: Command?
  var stop: Command?

  /// `nil` where it says nothing.
  init?(asking path: String, _ environment: [String: String]) {
    guard let result = try? runProgram([path, "compose", "metadata"], environment: environment), result.status == 0,
      let metadata = try? JSONDecoder().decode(Self.self, from: Data(result.output))
    else { return nil }
    self = metadata
  }

  /// `nil`: not known, so every option is passed on.
  func parameters(of verb: ProviderProgram.Verb) -> [Parameter]? {
    switch verb {
    case .up: up?.parameters
    case .down: down?.parameters
    case .stop: stop?.parameters
    }
  }
}

/// The lines that a provider answers with.
struct ProviderAnswers {
  private struct Message: Decodable {
    var type: String
    var message: String
  }

  private(set) var variables: [String: String] = [:]
  private(set) var rawVariables: [String: String] = [:]
  /// The first thing that went wrong.
  private(set) var error: String?
  private var rest: [UInt8] = []

  mutating func take(_ bytes: [UInt8], _ info: (String) -> Void) {
    rest += bytes
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      read(Array(rest[..<end]), info)
      rest.removeFirst(end + 1)
    }
  }

  mutating func finish(_ info: (String) -> Void) {
    read(rest, info)
    rest = []
  }

  private mutating func read(_ line: [UInt8], _ info: (String) -> Void) {
    guard error == nil, line.contains(where: { $0 > 32 }) else { return }
    guard let message = try? JSONDecoder().decode(Message.self, from: Data(line)) else {
      error = "the provider's answer is no message: \(String(decoding: line.prefix(200), as: UTF8.self))"
      return
    }
    switch message.type {
    case "info": info(String(message.message.split(separator: "\n").first ?? ""))
    case "debug": break
    case "error": error = message.message
    case "setenv", "rawsetenv":
      let parts = message.message.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        error = "the provider's answer sets no variable: \(message.message)"
        return
      }
      if message.type == "setenv" { variables[parts[0]] = parts[1] } else { rawVariables[parts[0]] = parts[1] }
    default: error = "the provider's answer has the unknown type \"\(message.type)\""
    }
  }
}
