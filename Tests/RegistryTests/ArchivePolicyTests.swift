import Diagnostics
import Glibc
import Images
import Linux
import OCI
import Testing

@testable import Registry

@Suite("Which files may come in", .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"))
struct ArchivePolicyTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let accept = #"[{"type":"insecureAcceptAnything"}]"#
  private static let reject = #"[{"type":"reject"}]"#

  /// - Parameter rules: by transport, what the policy has for its scopes.
  private func policy(usual: String = accept, _ rules: [String: [String: String]]) throws {
    let transports = rules.map { transport, scopes in
      "\"\(transport)\":{\(scopes.map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
    }
    try scratch.write(
      ".config/containers/policy.json", #"{"default":\#(usual),"transports":{\#(transports.joined(separator: ","))}}"#)
  }

  /// What is said of a file; empty: it may come in.
  private func refusal(_ transport: ArchiveOrigin.Transport, _ path: String?) -> String {
    do {
      try Registries(scratch.settings).admit(ArchiveOrigin(transport, path: path))
      return ""
    } catch { return "\(error)" }
  }

  @Test("each kind of file has a rule of its own, and falls to the default without one")
  func transports() throws {
    for transport in ArchiveOrigin.Transport.allCases {
      #expect(refusal(transport, "/a") == "")
      try policy([transport.rawValue: ["": Self.reject]])
      for other in ArchiveOrigin.Transport.allCases {
        #expect(refusal(other, "/a").isEmpty == (other != transport), "\(other) where \(transport) is rejected")
        #expect(refusal(other, nil).isEmpty == (other != transport))
      }
      try policy(usual: Self.reject, ["docker": ["": Self.accept], transport.rawValue: ["": Self.accept]])
      for other in ArchiveOrigin.Transport.allCases {
        #expect(refusal(other, "/a").isEmpty == (other == transport))
      }
      try removeTree("\(scratch.path)/.config")
    }
  }

  @Test("of a path the rule for the nearest folder counts")
  func scopes() throws {
    let rules = ["": Self.reject, "/srv/images": Self.accept, "/srv/images/old": Self.reject]
    try policy(["oci": rules, "oci-archive": rules])
    for transport in [ArchiveOrigin.Transport.oci, .ociArchive] {
      #expect(refusal(transport, "/srv/images/a/b") == "")
      #expect(refusal(transport, "/srv/images") == "")
      #expect(refusal(transport, "/srv/images2") != "")
      #expect(refusal(transport, "/srv/images/old/a") != "")
      #expect(refusal(transport, nil) != "")
    }
  }

  @Test("the refusal names the file, what it is and the policy; a rule that wants a signature refuses too")
  func words() throws {
    try policy(["docker-archive": ["": Self.reject]])
    #expect(
      refusal(.dockerArchive, "/a.tar")
        == "docker-archive:/a.tar: rejected by the policy in \(scratch.path)/.config/containers/policy.json: "
        + "nothing is accepted from there")
    try scratch.write("cosign.pub", SigningKey.publicPEM)
    try policy(["tarball": ["": #"[{"type":"sigstoreSigned","keyPath":"\#(scratch.path)/cosign.pub"}]"#]])
    #expect(refusal(.tarball, nil).contains("a signature was required, and archives have none"))
    try policy(["oci": ["": #"[{"type":"signedBy","keyType":"GPGKeys","keyPath":"x"}]"#]])
    #expect(refusal(.oci, "/a").contains("GnuPG"))
  }

  @Test(
    "a rule that could never apply is a mistake, not a protection",
    arguments: [
      ("docker-archive", "/srv"), ("tarball", "x"), ("oci", "srv"), ("oci", "/"), ("oci-archive", "/srv/"),
      ("oci-archive", "/srv/../x"),
    ])
  func mistakes(_ transport: String, _ scope: String) throws {
    try policy([transport: [scope: Self.reject]])
    #expect(refusal(.oci, "/a").contains("transports.\(transport).\(scope)"))
  }

  @Test("nothing of what is refused is kept, whichever way the archive can be read")
  func loading() throws {
    let image = OneLayerImage()
    let store = ImageStore(root: "\(scratch.path)/root")
    let layout = try image.layout(in: "\(scratch.path)/layout")
    func load() throws {
      _ = try store.load(LoadRequest(.path(layout), admit: Registries(scratch.settings).admit))
    }
    try policy(["oci": [try resolvedPath(scratch.path): Self.reject]])
    #expect(throws: Failure.self) { try load() }
    #expect(try store.list().isEmpty)
    let blobs = "\(scratch.path)/root/content/blobs/sha256"
    #expect(try Descriptor.open(blobs, [.directory]).fileNames().isEmpty)
    try policy(["oci-archive": ["": Self.reject], "docker-archive": ["": Self.reject]])
    try load()
    #expect(try store.list().count == 1)

    // A tar of Docker's since version 25 is both kinds.
    let saved = "\(scratch.path)/saved.tar"
    let file = try #require(fopen(saved, "w"))
    try store.save(["app:1"], to: fileno(file))
    fclose(file)
    for transport in ["oci-archive", "docker-archive"] {
      try policy([transport: ["": Self.reject]])
      let failure = #expect(throws: Failure.self) {
        try store.load(LoadRequest(.path(saved), admit: Registries(scratch.settings).admit))
      }
      #expect("\(failure as (any Error)?)".contains("\(transport):\(saved)"))
    }
    var request = ImportRequest(.path(saved))
    request.admit = Registries(scratch.settings).admit
    try policy(["tarball": ["": Self.reject]])
    #expect(throws: Failure.self) { try store.importRootFileSystem(request) }
    #expect(try store.list().count == 1)
  }
}
