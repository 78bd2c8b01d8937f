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
    let toProgram = try Descriptor.pipe(), fromProgram = try Descriptor.pipe()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toProgram.reading.raw, 0)
    posix_spawn_file_actions_adddup2(&actions, fromProgram.writing.raw, 1)
    var pid: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(verb), nil]
    defer { for argument in arguments { free(argument) } }
    let error = posix_spawnp(&pid, program, &actions, nil, &arguments, environ)
    guard error == 0 else {
      throw Failure(
        .notFound, "the credential helper cannot be started", subject: program,
        hint: "it is named in the configuration of credentials; install it, or remove its name there",
        causes: [SystemError("", errno: error).reason])
    }
    toProgram.reading.close()
    fromProgram.writing.close()
    // Less than a pipe holds, so that it never waits for a program that does not read.
    try? toProgram.writing.writeAll(input)
    toProgram.writing.close()
    let output = try fromProgram.reading.readAll(limit: 1 << 20)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return (status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f, output)
  }
}
