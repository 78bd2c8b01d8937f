import Foundation
import Testing

/// Builds that end in an index: of several platforms, or with what is said of an image.
extension EndToEnd {
  private func build(_ sandbox: Sandbox, _ arguments: String...) throws -> Sandbox.Result {
    try sandbox.run(["\(Sandbox.binaries)/davit", "build", "--network=none"] + arguments + ["."])
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// What a layout's only index lists, and the documents of its attestations by predicate type.
  private func index(_ sandbox: Sandbox, _ layout: String) throws -> (
    manifests: [[String: Any]], said: [String: [String: Any]]
  ) {
    func blob(_ digest: Any?) throws -> [String: Any] {
      let hex = try #require(digest as? String).dropFirst(7)
      return try json(sandbox.shell("cat \(layout)/blobs/sha256/\(hex)").out)
    }
    let root = try #require(json(sandbox.shell("cat \(layout)/index.json").out)["manifests"] as? [[String: Any]])
    let manifests = try #require(blob(root[0]["digest"])["manifests"] as? [[String: Any]])
    var said: [String: [String: Any]] = [:]
    for manifest in manifests where manifest["annotations"] != nil {
      for layer in try #require(blob(manifest["digest"])["layers"] as? [[String: Any]]) {
        let type = try #require((layer["annotations"] as? [String: String])?["in-toto.io/predicate-type"])
        said[type] = try blob(layer["digest"])
      }
    }
    return (manifests, said)
  }

  @Test("A build for several platforms gives each its variables, and one name for all, which is pushed as a whole")
  func buildForPlatforms() throws {
    try inSandbox { sandbox in
      try sandbox.write(
        "Dockerfile",
        "FROM --platform=$BUILDPLATFORM busybox AS b\nARG TARGETPLATFORM\nRUN echo $TARGETPLATFORM >/of\n"
          + "FROM scratch\nCOPY --from=b /of /\n")
      let both = "linux/amd64,linux/arm64"
      let built = try build(sandbox, "--platform", both, "-t", "app", "--metadata-file", "meta.json")
      #expect(built.status == 0 && built.err.contains("[linux/arm64 stage-1 2/2] COPY"), "\(built.both)")
      #expect(try sandbox.shell("cat meta.json").out.contains("image.index.v1+json"))
      let chosen = try sandbox.davit("save", "--platform", "linux/arm64", "-o", "arm.tar", "app")
      #expect(chosen.status == 0, "\(chosen.both)")
      #expect(try build(sandbox, "--platform", both, "-o", "out").status == 0)
      #expect(try sandbox.shell("cat out/linux_amd64/of out/linux_arm64/of").out == "linux/amd64\nlinux/arm64\n")
      #expect(try build(sandbox, "--platform", both, "-o", "type=oci,dest=layout,tar=false").status == 0)
      let platforms = try index(sandbox, "layout").manifests.map { $0["platform"] as? [String: String] ?? [:] }
      #expect(platforms.map { $0["architecture"] } == ["amd64", "arm64"])
      let docker = try build(sandbox, "--platform", both, "-o", "type=docker,dest=x.tar")
      #expect(docker.status == 1 && docker.err.contains("exporting manifest lists"), "\(docker.both)")
      guard DockerRegistry.obstacle == nil else { return }
      let registry = try DockerRegistry(sandbox)
      defer { withExtendedLifetime(registry) {} }
      let pushed = try build(sandbox, "--platform", both, "-t", "127.0.0.1:5000/app", "--push")
      #expect(pushed.status == 0, "\(pushed.both)")
      let listed = try sandbox.davit("manifest", "inspect", "--insecure", "127.0.0.1:5000/app")
      #expect(listed.out.contains("\"arm64\"") && listed.out.contains("\"amd64\""), "\(listed.both)")
    }
  }

  @Test("compose build makes all platforms of a service, and up the one that runs here")
  func composeBuildsForPlatforms() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          app:
            image: app
            network_mode: none
            build:
              dockerfile_inline: "FROM scratch\\nCOPY compose.yaml /\\nCMD [\\"/x\\"]\\n"
              platforms: [linux/arm64, linux/amd64]
              provenance: mode=max
              sbom: true
        """)
      let here = try sandbox.davit("create")
      #expect(here.status == 0 && !here.err.contains("linux/arm64"), "\(here.both)")
      let all = try sandbox.davit("compose", "build")
      #expect(all.status == 0 && all.err.contains("[linux/arm64 2/2]"), "\(all.both)")
      #expect(try sandbox.davit("save", "-o", "app.tar", "app").status == 0)
      #expect(try sandbox.shell("mkdir l && tar -C l -xf app.tar").status == 0)
      let found = try index(sandbox, "l")
      #expect(found.manifests.count == 4 && found.said.count == 2)
    }
  }

  @Test("What is asked for is said beside the image: how it was built, and what packages are in it")
  func buildAttested() throws {
    try inSandbox { sandbox in
      try sandbox.write(
        "status",
        "Package: hello\nStatus: install ok installed\nVersion: 1:2.0~x+1\nArchitecture: all\n\n"
          + "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n")
      try sandbox.write("Dockerfile", "FROM busybox\nARG SECRET\nCOPY status /var/lib/dpkg/status\n")
      let plain = try build(sandbox, "-q", "--provenance=false", "--sbom=false", "-t", "plain")
      #expect(plain.status == 0, "\(plain.both)")
      let attested = try build(
        sandbox, "-q", "--provenance=mode=max", "--sbom=true", "-t", "app")
      #expect(attested.status == 0 && attested.out == plain.out, "the image itself is the same")
      #expect(try build(sandbox, "--provenance=1", "--sbom=1", "-o", "type=oci,dest=l,tar=false").status == 0)
      let (manifests, said) = try index(sandbox, "l")
      let notes = try #require(manifests.last?["annotations"] as? [String: String])
      #expect(notes["vnd.docker.reference.type"] == "attestation-manifest")
      #expect(notes["vnd.docker.reference.digest"] == manifests[0]["digest"] as? String)
      let provenance = try #require(said["https://slsa.dev/provenance/v0.2"]?["predicate"] as? [String: Any])
      let materials = try #require(provenance["materials"] as? [[String: Any]])
      #expect(materials.map { $0["uri"] as? String } == ["pkg:docker/busybox@latest?platform=linux%2Famd64"])
      let list = try #require(said["https://spdx.dev/Document"]?["predicate"] as? [String: Any])
      let packages = try #require(list["packages"] as? [[String: Any]])
      #expect(packages.dropFirst().map { $0["versionInfo"] as? String } == ["1:2.0~x+1"])
      let files = try build(sandbox, "--provenance=mode=max,version=v1", "--build-arg", "SECRET=1", "-o", "out")
      #expect(files.status == 0, "\(files.both)")
      #expect(try sandbox.shell("cat out/provenance.json").out.contains("\"build-arg:SECRET\":\"1\""))
      for words in ["--provenance=mode=all", "--sbom=generator=x", "--attest=type=other"] {
        let refused = try build(sandbox, words)
        #expect(refused.status == 1 && refused.err.contains(words.split(separator: "=")[0]), "\(refused.both)")
      }
      #expect(try sandbox.davit("run", "--rm", "--network", "none", "app", "true").status == 0)
    }
  }
}
