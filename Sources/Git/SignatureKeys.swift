import Diagnostics
import Linux

/// Whose signatures under commits count.
public enum SignatureKeys: Sendable {
  /// Public keys of OpenPGP, as `gpg --export` writes them, armoured or not.
  case openPGP([UInt8])
  /// A file of ssh's allowed signers: ssh-keygen(1), ALLOWED SIGNERS.
  case ssh(path: String, bytes: [UInt8])

  /// As they were read.
  public var bytes: [UInt8] {
    switch self {
    case .openPGP(let bytes), .ssh(_, let bytes): bytes
    }
  }

  /// - Parameter path: of a keyring or of a file of allowed signers.
  public static func read(_ path: String) throws(Failure) -> SignatureKeys {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try readFile(path) } catch {
      throw Failure(error).about("keyring \(path)")
    }
    // Of a packet of OpenPGP the first bit is set, which no text begins with (RFC 9580, 4.2).
    if let first = bytes.first, first & 0x80 != 0 { return .openPGP(bytes) }
    let text = String(decoding: bytes, as: UTF8.self)
    if text.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----") { return .openPGP(bytes) }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.contains(where: { $0.hasPrefix("ssh-") || $0.hasPrefix("ecdsa-") || $0.hasPrefix("sk-") }) else {
      throw Failure(
        .invalidInput, "it holds neither OpenPGP keys nor allowed signers of ssh", subject: "keyring \(path)",
        hint: "`gpg --armor --export KEY` writes one, or a line `NAME ssh-ed25519 AAAA…`")
    }
    return .ssh(path: path, bytes: bytes)
  }
}

extension GitRepository {
  /// Throws where the commit in a bare store bears no good signature by one of the keys.
  func verify(_ commit: String, in store: String, by keys: SignatureKeys) throws(Failure) {
    var settings = ["--git-dir=\(store)"]
    var variables: [String: String] = [:]
    // GnuPG's socket has a path that must be short: unix(7).
    var home: TemporaryHome?
    switch keys {
    case .ssh(let path, _):
      settings = ["-c", "gpg.ssh.allowedSignersFile=\(path)"] + settings
      // No keys of OpenPGP at all.
      home = try TemporaryHome()
    case .openPGP(let bytes):
      home = try TemporaryHome()
      let words = ["gpg", "--homedir", home!.path, "--batch", "--quiet", "--no-autostart", "--import"]
      let result: ProgramResult
      do throws(SystemError) { result = try runProgram(words, environment: environment, input: bytes) } catch {
        throw Failure(
          .notFound, "the program `gpg` cannot be run", subject: "keyring", hint: "install gnupg",
          causes: [error.reason])
      }
      guard result.status == 0 else {
        throw Failure(.invalidInput, "its keys cannot be read", subject: "keyring", causes: [result.complaint])
      }
      settings = ["-c", "gpg.ssh.allowedSignersFile=/dev/null"] + settings
    }
    defer { home?.remove() }
    variables["GNUPGHOME"] = home?.path
    let result = try git(settings + ["verify-commit", commit], more: variables)
    guard result.status == 0 else {
      let said = failure("", result).causes
      throw Failure(
        .notPermitted, "commit \(commit.prefix(12)) bears no good signature by a known key", subject: address.url,
        hint: "sign it with `git commit -S`, or add the key to the keyring",
        causes: said == [""] ? ["it is not signed"] : said)
    }
  }
}

/// A folder for GnuPG that holds the given keys and nothing of the user's.
private struct TemporaryHome {
  let path: String

  init() throws(Failure) {
    do throws(SystemError) { path = try makeTemporaryDirectory("/tmp/davit-keys-") } catch { throw Failure(error) }
  }

  func remove() { try? removeTree(path) }
}
