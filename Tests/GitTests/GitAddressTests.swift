import Diagnostics
import Testing

@testable import Git

@Suite struct GitAddressTests {
  @Test(
    "A repository is named as BuildKit and docker compose name it",
    arguments: [
      ("https://host/team/app.git", "https://host/team/app.git", nil, ""),
      ("https://host:8443/team/app.git#v1", "https://host:8443/team/app.git", "v1", ""),
      ("http://host/app.git#main:deploy/prod/", "http://host/app.git", "main", "deploy/prod"),
      ("https://host/app.git#:deploy", "https://host/app.git", nil, "deploy"),
      ("git@host:team/app.git#main:./a", "git@host:team/app.git", "main", "a"),
      ("github.com/team/app", "https://github.com/team/app", nil, ""),
      ("ssh://me@host:22/app", "ssh://me@host:22/app", nil, ""),
      ("file:///srv/app", "file:///srv/app", nil, ""),
    ] as [(String, String, String?, String)])
  func forms(_ text: String, _ url: String, _ reference: String?, _ directory: String) throws {
    #expect(try GitAddress.parse(text) == GitAddress(url: url, reference: reference, directory: directory))
  }

  @Test(
    "What is no repository is none",
    arguments: [
      "compose.yaml", "./a@b:c", "https://host/compose.yaml", "ext::sh -c id", "-oProxyCommand@host:x", "a@b:",
    ])
  func others(_ text: String) throws {
    #expect(try GitAddress.parse(text) == nil)
  }

  @Test(
    "An address that git would take for an option or that leads out of the repository is refused",
    arguments: [
      "https://host/a.git#--upload-pack=id", "https://host/a.git#main:../../etc", "https://host/a.git#main:/etc",
      "https://host/a.git#ma in", "file:///a#x\u{1b}[2J",
    ])
  func hostile(_ text: String) {
    #expect(throws: Failure.self) { try GitAddress.parse(text) }
  }
}
