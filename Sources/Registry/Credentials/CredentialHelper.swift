import Diagnostics
import FoundationEssentials
import Glibc
import Linux
import OCI

/// A program that keeps credentials: `docker-credential-NAME`, found in PATH (docker-credential-helpers' protocol: a
/// verb as argument, the question on standard input, the answer as JSON on standard output).
struct CredentialHelper: Sendable {
  let name: String
  private var program: String { "docker-credential-\(name)" }

  private struct Answer: Codable {
    var serverURL: String?
    var username: String
    var secret: String

    enum CodingKeys: String, CodingKey {
      case serverURL = "ServerURL"
      case username = "Username"
      case secret = "Secret"
    }
  }

  /// `nil`: it knows none.
  func credential(_ key: String) throws -> Credential? {
    let (status, output) = try run("get", Array(key.utf8))
    guard status == 0 else {
      let text = String(decoding: output, as: UTF8.self)
      if text.contains("credentials not found") { return nil }
      throw Failure(.system, "it failed with status \(status)", subject: program, causes: text.isEmpty ? [] : [text])
    }
    let answer = try JSON.decode(Answer.self, from: output, what: program)
    if answer.secret.isEmpty { return nil }
    return answer.username == "<token>"
      ? .identityToken(answer.secret) : .password(user: answer.username, secret: answer.secret)
  }

  func store(_ key: String, _ credential: Credential) throws {
    let answer =
      switch credential {
      case .password(let user, let secret): Answer(serverURL: key, username: user, secret: secret)
      case .identityToken(let token), .registryToken(let token):
        Answer(serverURL: key, username: "<token>", secret: token)
      }
    try demand("store", JSON.encode(answer))
  }

  func erase(_ key: String) throws { try demand("erase", Array(key.utf8)) }

  private func demand(_ verb: String, _ input: [UInt8]) throws {
    let (status, output) = try run(verb, input)
    guard status == 0 else {
      throw Failure(
        .system, "\(verb) failed with status \(status)", subject: program,
        causes: output.isEmpty ? [] : [String(decoding: output, as: UTF8.self)])
    }
  }

  private func run(_ verb: String, _ input: [UInt8]) throws -> (Int32, [UInt8]) {
    guard name.utf8.allSatisfy({ $0 != UInt8(ascii: "/") }) else {
      throw Failure(.invalidInput, "a credential helper's name holds no slash", subject: program)
    }
    let result: ProgramResult
    do throws(SystemError) { result = try runProgram([program, verb], input: input, limit: 1 << 20) } catch {
      throw Failure(
        .notFound, "the credential helper cannot be started", subject: program,
        hint: "it is named in the configuration of credentials; install it, or remove its name there",
        causes: [error.reason])
    }
    return (result.status, result.output)
  }
}
