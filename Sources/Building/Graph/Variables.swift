import Dockerfile
import OCI

/// The variables that instructions of a stage see: `ARG` and `ENV`, the later one over the earlier.
struct Variables: Sendable {
  private(set) var entries: [(name: String, value: String)] = []
  private var places: [String: Int] = [:]
  let escape: Unicode.Scalar

  init(escape: Unicode.Scalar) { self.escape = escape }

  subscript(name: String) -> String? {
    get { places[name].map { entries[$0].value } }
    set {
      guard let newValue else { return }
      if let place = places[name] {
        entries[place].value = newValue
      } else {
        places[name] = entries.count
        entries.append((name, newValue))
      }
    }
  }

  /// A text with its variables substituted, as one word.
  func expand(_ text: String) throws(WordLexer.SyntaxError) -> String { try process(text).text }

  /// As several words where variables hold white space.
  func expandWords(_ text: String) throws(WordLexer.SyntaxError) -> [String] { try process(text).words }

  private func process(_ text: String) throws(WordLexer.SyntaxError) -> WordLexer.Result {
    var options = WordLexer.Options()
    options.escape = escape
    return try WordLexer.process(text, options: options) { self[$0] }
  }
}

/// Arguments that need no `ARG` (Dockerfile reference, "Predefined ARGs"): they reach `RUN` and nothing else.
enum PredefinedArguments {
  static let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"]

  static func proxyEnvironment(_ arguments: [String: String]) -> [String: String] {
    arguments.filter { proxies.contains($0.key.uppercased()) }
  }

  /// Those that describe what is built on and for.
  static func platform(_ target: Platform) -> [(name: String, value: String)] {
    func words(_ prefix: String, _ platform: Platform) -> [(name: String, value: String)] {
      [
        (prefix + "PLATFORM", platform.description), (prefix + "OS", platform.os),
        (prefix + "ARCH", platform.architecture), (prefix + "VARIANT", platform.variant ?? ""),
      ]
    }
    return words("BUILD", .host) + words("TARGET", target)
  }
}
