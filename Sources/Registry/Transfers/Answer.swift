import Diagnostics
import HTTP
import OCI

/// What a registry says when something is wrong (distribution spec, "Error Codes").
struct Answer: Decodable {
  struct Problem: Decodable {
    var code: String?
    var message: String?
  }

  var errors: [Problem]?
  /// Token servers.
  var details: String?

  /// In words: `manifest unknown`, or nothing where nothing useful is said.
  static func reasons(of response: Response) -> [String] {
    guard let bytes = try? response.body(limit: 64 << 10),
      let answer = try? JSON.decode(Answer.self, from: bytes, what: "answer")
    else { return [] }
    let problems = (answer.errors ?? []).compactMap { problem -> String? in
      let words = problem.code?.lowercased().split(separator: "_").joined(separator: " ")
      guard let message = problem.message, !message.isEmpty else { return words }
      guard let words, message.lowercased() != words else { return message }
      return "\(words): \(message)"
    }
    return (problems.isEmpty ? [answer.details].compactMap(\.self) : problems).prefix(3).map(printable)
  }

  /// Servers of strangers speak to a terminal here.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(500).filter { $0.value >= 32 && $0.value != 127 }))
  }
}
