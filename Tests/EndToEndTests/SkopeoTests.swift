import Foundation
import Testing

/// Why nothing can be tried with skopeo here, or `nil`.
private let obstacle: String? =
  DockerRegistry.obstacle
  ?? (FileManager.default.isExecutableFile(atPath: "/usr/bin/skopeo") ? nil : "skopeo is not installed")

private let name = "127.0.0.1:5000/team/box:1"

extension EndToEnd {
  private func skopeo(_ sandbox: Sandbox, _ arguments: String...) throws -> Sandbox.Result {
    // Entered by its path: what nsenter leaves behind is a folder that skopeo cannot name.
    let script = #"cd "$0" && exec skopeo --insecure-policy "$@""#
    let result = try sandbox.run(["sh", "-c", script, "\(sandbox.folder)/project"] + arguments)
    #expect(result.status == 0, "skopeo \(arguments): \(result.both)")
    return result
  }

  /// What stands behind `"Digest":` in skopeo's inspection of the image in the registry.
  private func digest(_ sandbox: Sandbox, of name: String) throws -> String {
    try skopeo(sandbox, "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://\(name)").out.trimmed
  }

  private func localDigest(_ sandbox: Sandbox, of name: String) throws -> String {
    try sandbox.davit("image", "inspect", "--format", "{{.Descriptor.digest}}", name).out.trimmed
  }

  private func id(_ sandbox: Sandbox, of name: String) throws -> String {
    try sandbox.davit("image", "inspect", "--format", "{{.Id}}", name).out.trimmed
  }

  @Test(
    "What Davit pushes skopeo copies, and what skopeo pushes Davit pulls, with the same digests",
    .enabled(if: obstacle == nil, Comment(rawValue: obstacle ?? "")))
  func skopeoAndRegistry() throws {
    try withRegistry { sandbox in
      try sandbox.davit("tag", "busybox", name)
      #expect(try sandbox.davit("push", name).status == 0)
      let pushed = try localDigest(sandbox, of: name)
      #expect(try digest(sandbox, of: name) == pushed)
      // There and back through a layout of skopeo's.
      _ = try skopeo(
        sandbox, "copy", "--preserve-digests", "--src-tls-verify=false", "docker://\(name)", "oci:layout:copy")
      _ = try skopeo(
        sandbox, "copy", "--preserve-digests", "--dest-tls-verify=false", "oci:layout:copy",
        "docker://127.0.0.1:5000/team/back:1")
      let pulled = try sandbox.davit("pull", "127.0.0.1:5000/team/back:1")
      #expect(pulled.status == 0 && pulled.out.contains("Digest: \(pushed)"), "\(pulled.both)")
      // Docker's form and gzip, as skopeo makes them.
      _ = try skopeo(
        sandbox, "copy", "--format", "v2s2", "--dest-compress", "--dest-tls-verify=false", "oci:layout:copy",
        "docker://127.0.0.1:5000/team/v2s2:1")
      #expect(try sandbox.davit("pull", "127.0.0.1:5000/team/v2s2:1").status == 0)
      #expect(
        try localDigest(sandbox, of: "127.0.0.1:5000/team/v2s2:1") == digest(sandbox, of: "127.0.0.1:5000/team/v2s2:1"))
      #expect(try sandbox.davit("image", "verify").status == 0)
    }
  }

  @Test(
    "Layers that are compressed for a push are what skopeo and Davit read, and the image keeps its id",
    .enabled(if: obstacle == nil, Comment(rawValue: obstacle ?? "")))
  func pushCompression() throws {
    try withRegistry { sandbox in
      try sandbox.davit("tag", "busybox", name)
      let id = try id(sandbox, of: name)
      for (format, type) in [("gzip", "tar+gzip"), ("zstd", "tar+zstd")] {
        let target = "127.0.0.1:5000/team/\(format):1"
        try sandbox.davit("tag", "busybox", target)
        let pushed = try sandbox.davit("push", "--compression-format", format, "--compression-level", "5", target)
        #expect(pushed.status == 0, "\(pushed.both)")
        #expect(try pushed.out.contains(digest(sandbox, of: target)), "\(pushed.both)")
        let raw = try skopeo(sandbox, "inspect", "--tls-verify=false", "--raw", "docker://\(target)").out
        #expect(raw.contains(type), "\(raw)")
        _ = try skopeo(sandbox, "copy", "--src-tls-verify=false", "docker://\(target)", "dir:\(format)")
        try sandbox.davit("rmi", target)
        #expect(try sandbox.davit("pull", target).status == 0)
        #expect(try self.id(sandbox, of: target) == id)
      }
      let wrong = try sandbox.davit("push", "--compression-format", "zstd", "--compression-level", "40", name)
      #expect(wrong.status == 1 && wrong.err.contains("from 1 to 22"), "\(wrong.both)")
    }
  }

  @Test(
    "Archives and layouts go both ways between skopeo and Davit",
    .enabled(if: obstacle == nil, Comment(rawValue: obstacle ?? "")))
  func skopeoAndArchives() throws {
    try inSandbox { sandbox in
      let id = try id(sandbox, of: "busybox")
      try sandbox.davit("tag", "busybox", "second:2")
      #expect(try sandbox.davit("save", "-o", "saved.tar", "busybox", "second:2").status == 0)
      _ = try skopeo(sandbox, "copy", "oci-archive:saved.tar:2", "oci:layout:a")
      _ = try skopeo(sandbox, "copy", "docker-archive:saved.tar:busybox:latest", "docker-archive:out.tar:third:3")
      let loaded = try sandbox.davit("load", "-i", "out.tar")
      #expect(loaded.out == "Loaded image: third:3\n", "\(loaded.both)")
      #expect(try self.id(sandbox, of: "third:3") == id)
      // Through pipes, with compression around it.
      let davit = "\(Sandbox.binaries)/davit"
      let piped = try sandbox.shell("\(davit) save second:2 busybox | zstd -q | \(davit) load")
      #expect(
        piped.out.split(separator: "\n").sorted() == ["Loaded image: busybox:latest", "Loaded image: second:2"],
        "\(piped.both)")
      #expect(try sandbox.davit("load", "layout").status == 0)
    }
  }
}
