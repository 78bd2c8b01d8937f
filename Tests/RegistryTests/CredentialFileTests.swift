import Glibc
import Images
import Linux
import Testing

@testable import Registry

@Suite("Kept credentials")
struct CredentialFileTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var sources: CredentialSources { scratch.settings.credentials }

  @Test("Docker's file is understood in every form")
  func forms() throws {
    try scratch.write(
      ".docker/config.json",
      #"""
      {"auths": {"a.example": {"auth": "YW5uYTpwOncA"}, "https://b.example/v1/": {"username": "b", "password": "s"},
       "c.example": {"identitytoken": "t", "auth": "YTpi"}, "d.example": {"registrytoken": "r"}, "e.example": {},
       "https://index.docker.io/v1/": {"auth": "aDp1Yg=="}}}
      """#)
    #expect(try sources.credential("a.example") == .password(user: "anna", secret: "p:w"))
    #expect(try sources.credential("b.example") == .password(user: "b", secret: "s"))
    #expect(try sources.credential("c.example") == .identityToken("t"))
    #expect(try sources.credential("d.example") == .registryToken("r"))
    #expect(try sources.credential("e.example") == nil)
    #expect(try sources.credential("docker.io") == .password(user: "h", secret: "ub"))
    #expect(try sources.credential("xa.example") == nil)
  }

  @Test("containers' file comes after Docker's, and its longest match counts")
  func containers() throws {
    try scratch.write(
      "run/containers/auth.json",
      #"{"auths": {"q.example": {"auth": "YTpi"}, "q.example/org": {"auth": "Yzpk"}}}"#)
    #expect(try sources.credential("q.example", repository: "org/app") == .password(user: "c", secret: "d"))
    #expect(try sources.credential("q.example", repository: "other/app") == .password(user: "a", secret: "b"))
  }

  @Test("a login keeps what others wrote into the file, which only its owner can read")
  func login() throws {
    let path = try scratch.write(
      ".docker/config.json",
      #"{"psFormat": "x", "plugins": {"n": 1.5, "b": [true, null]}, "auths": {"o.example": {"auth": "YTpi"}}}"#)
    try sources.store("n.example", .password(user: "n", secret: "s"))
    #expect(try sources.credential("n.example") == .password(user: "n", secret: "s"))
    #expect(try sources.credential("o.example") == .password(user: "a", secret: "b"))
    let text = try readText(path)
    #expect(text.contains("psFormat") && text.contains("1.5"), "\(text)")
    #expect(try FileStatus.of(path).permissions & 0o777 == 0o600)
    #expect(try sources.erase("n.example"))
    #expect(try !sources.erase("n.example"))
    #expect(try sources.credential("n.example") == nil)
  }

  @Test("a helper is asked for what it keeps, and the file holds no secret then")
  func helper() throws {
    let store = "\(scratch.path)/kept"
    try scratch.write(
      "bin/docker-credential-davit-test",
      """
      #!/bin/sh
      case $1 in
      store) cat >\(store) ;;
      get) read -r key; [ -e \(store) ] && grep -q "\\"$key\\"" \(store) && cat \(store) || {
        echo "credentials not found in native keychain"; exit 1; } ;;
      erase) rm \(store) ;;
      esac
      """, mode: 0o755)
    // The only test that changes the environment; nothing else here looks for programs.
    setenv("PATH", "\(scratch.path)/bin:" + String(cString: getenv("PATH")), 1)
    let path = try scratch.write(".docker/config.json", #"{"credHelpers": {"h.example": "davit-test"}}"#)
    #expect(try sources.credential("h.example") == nil)
    try sources.store("h.example", .password(user: "h", secret: "geheim"))
    #expect(try !readText(path).contains("geheim"))
    #expect(try sources.credential("h.example") == .password(user: "h", secret: "geheim"))
    #expect(try sources.erase("h.example"))
    #expect(!FileStatus.exists(store))
  }

  @Test("a helper that is missing is named")
  func missing() throws {
    try scratch.write(".docker/config.json", #"{"credsStore": "davit-nowhere"}"#)
    do {
      _ = try sources.credential("h.example")
      Issue.record("nothing was thrown")
    } catch { #expect("\(error)".contains("docker-credential-davit-nowhere")) }
  }
}
