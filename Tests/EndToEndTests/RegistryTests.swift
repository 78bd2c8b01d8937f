import Foundation
import Testing

private let name = "127.0.0.1:5000/team/busybox:1"

extension EndToEnd {
  /// `davit push` of the image `busybox`.
  private func push(_ sandbox: Sandbox, as name: String = name) throws -> Sandbox.Result {
    try sandbox.davit("image", "tag", "busybox", name)
    return try sandbox.davit("push", name)
  }

  private func digest(_ result: Sandbox.Result) -> Substring? {
    result.out.split { " \n".contains($0) }.first { $0.hasPrefix("sha256:") }
  }

  @Test(
    "What is pushed is what is pulled, and nothing is sent or fetched twice",
    .enabled(if: DockerRegistry.obstacle == nil))
  func pushAndPull() throws {
    try withRegistry { sandbox in
      let first = try push(sandbox)
      #expect(first.status == 0 && first.out.contains(": Pushed"), "\(first.both)")
      let second = try push(sandbox)
      #expect(second.out.contains("Layer already exists") && !second.out.contains(": Pushed"), "\(second.both)")
      let other = try push(sandbox, as: "127.0.0.1:5000/other/box")
      #expect(other.out.contains("Mounted from team/busybox"), "\(other.both)")
      try sandbox.shell("rm -rf \(sandbox.folder)/root")
      let pulled = try sandbox.davit("pull", name)
      #expect(pulled.status == 0 && pulled.out.contains("Status: Downloaded newer image for \(name)"), "\(pulled.both)")
      #expect(digest(pulled) == digest(first) && digest(pulled) != nil)
      let again = try sandbox.davit("pull", name)
      #expect(again.out.contains("Image is up to date") && !again.out.contains("Pull complete"), "\(again.both)")
      let byDigest = try sandbox.davit("pull", "-q", "127.0.0.1:5000/team/busybox@\(digest(first)!)")
      #expect(byDigest.out.trimmed == "127.0.0.1:5000/team/busybox@\(digest(first)!)", "\(byDigest.both)")
      let missing = try sandbox.davit("pull", "127.0.0.1:5000/team/busybox:2")
      #expect(missing.status == 1 && missing.err.contains(" not found: manifest unknown"), "\(missing.both)")
      // As podman's --policy.
      #expect(try sandbox.davit("pull", "--policy", "never", name).out == "\(name)\n")
      #expect(try sandbox.davit("pull", "--policy", "missing", name).out == "\(name)\n")
      try sandbox.davit("rmi", name)
      #expect(try sandbox.davit("pull", "--policy", "never", name).status == 1)
      #expect(try sandbox.davit("pull", "--policy", "missing", name).out.contains("Downloaded newer image"))
      let gone = try sandbox.davit("pull", "--policy", "newer", "127.0.0.1:5001/team/none:1")
      #expect(gone.status == 1, "\(gone.both)")
      try sandbox.davit("tag", name, "127.0.0.1:5001/team/kept:1")
      let kept = try sandbox.davit("pull", "--policy", "newer", "127.0.0.1:5001/team/kept:1")
      #expect(kept.status == 0 && kept.err.contains("the image that is here is used"), "\(kept.both)")
      let search = try sandbox.davit("search", "--format", "{{.Name}}", "127.0.0.1:5000/busy")
      #expect(search.out == "127.0.0.1:5000/team/busybox\n", "\(search.both)")
    }
  }

  @Test("up fetches what the pull policies ask for, and nothing else", .enabled(if: DockerRegistry.obstacle == nil))
  func pullPolicies() throws {
    try withRegistry { sandbox in
      _ = try push(sandbox)
      try sandbox.shell("rm -rf \(sandbox.folder)/root")
      func compose(_ policy: String) throws {
        try sandbox.compose(
          "services: {web: {image: \"\(name)\", pull_policy: \(policy), command: sleep 60, init: true, stop_grace_period: 1s}}"
        )
      }
      try compose("never")
      let never = try sandbox.davit("up", "-d")
      #expect(never.status == 1 && never.err.contains("not on this machine"), "\(never.both)")
      try compose("missing")
      let plan = try sandbox.davit("plan")
      #expect(plan.status == 2 && plan.both.contains("would be pulled"), "\(plan.both)")
      let missing = try sandbox.davit("up", "-d")
      #expect(missing.status == 0 && missing.err.contains("Pulled"), "\(missing.both)")
      #expect(try !sandbox.davit("up", "-d").both.contains("Pull"))
      try compose("daily")
      #expect(try !sandbox.davit("up", "-d").both.contains("Pull"))
      #expect(try sandbox.davit("up", "-d", "--pull", "always").err.contains("Pulled"))
      #expect(try sandbox.davit("compose", "pull", "-q").both.isEmpty)
    }
  }

  @Test(
    "A registry with passwords is used after a login, and not after the logout",
    .enabled(if: DockerRegistry.obstacle == nil))
  func passwords() throws {
    try withRegistry(.password) { sandbox in
      let refused = try push(sandbox)
      #expect(refused.status == 1 && refused.err.contains("davit login 127.0.0.1:5000"), "\(refused.both)")
      let wrong = try sandbox.davit("login", "-u", "anna", "--password-stdin", "127.0.0.1:5000", input: "falsch\n")
      #expect(wrong.status == 1 && wrong.err.contains("unauthorized"), "\(wrong.both)")
      let right = try sandbox.davit("login", "-u", "anna", "--password-stdin", "127.0.0.1:5000", input: "geheim\n")
      #expect(right.status == 0 && right.out.contains("Login Succeeded"), "\(right.both)")
      #expect(!right.both.contains("geheim"))
      #expect(try push(sandbox).status == 0)
      #expect(try sandbox.davit("pull", name).status == 0)
      #expect(try sandbox.davit("logout", "127.0.0.1:5000").out.contains("Removing login credentials"))
      #expect(try sandbox.davit("pull", name).status == 1)
    }
  }

  @Test("A token server lets everybody read and accounts write", .enabled(if: DockerRegistry.obstacle == nil))
  func tokens() throws {
    try withRegistry(.token) { sandbox in
      let refused = try push(sandbox)
      #expect(refused.status == 1 && refused.err.contains("denied"), "\(refused.both)")
      let login = try sandbox.davit("login", "-u", "anna", "--password-stdin", "127.0.0.1:5000", input: "geheim")
      #expect(login.status == 0, "\(login.both)")
      let pushed = try push(sandbox)
      #expect(pushed.status == 0, "\(pushed.both)")
      let other = try push(sandbox, as: "127.0.0.1:5000/other/box")
      #expect(other.out.contains("Mounted from team/busybox"), "\(other.both)")
      try sandbox.davit("logout", "127.0.0.1:5000")
      try sandbox.shell("rm -rf \(sandbox.folder)/root")
      let pulled = try sandbox.davit("pull", name)
      #expect(pulled.status == 0, "\(pulled.both)")
    }
  }

  @Test(
    "A certificate counts when its authority is in certs.d, which may hold ours too",
    .enabled(if: DockerRegistry.obstacle == nil))
  func certificates() throws {
    try withRegistry(.encrypted(isMutual: true)) { sandbox in
      let unknown = try push(sandbox)
      #expect(unknown.status == 1 && unknown.err.contains("certs.d"), "\(unknown.both)")
      let folder = "\(sandbox.folder)/home/.config/containers/certs.d/127.0.0.1:5000"
      try sandbox.shell("mkdir -p \(folder) && cp ca.crt \(folder)/")
      let nameless = try push(sandbox)
      #expect(nameless.status == 1, "\(nameless.both)")
      try sandbox.shell("cp client.crt \(folder)/client.cert && cp client.key \(folder)/")
      let pushed = try push(sandbox)
      #expect(pushed.status == 0, "\(pushed.both)")
      try sandbox.shell("rm -rf \(sandbox.folder)/root")
      #expect(try sandbox.davit("pull", name).status == 0)
    }
  }
}

extension EndToEnd {
  @Test("A build fetches the image that it stands on", .enabled(if: DockerRegistry.obstacle == nil))
  func buildFetches() throws {
    try withRegistry { sandbox in
      try sandbox.davit("image", "tag", "busybox", name)
      #expect(try sandbox.davit("push", name).status == 0)
      try sandbox.shell("rm -rf \(sandbox.folder)/root")
      try sandbox.write("Dockerfile", "FROM \(name)\nENV A=b\n")
      let built = try sandbox.davit("build", "-t", "app", ".")
      #expect(built.status == 0, "\(built.both)")
      let again = try sandbox.davit("build", "--pull", "-t", "app", ".")
      #expect(again.status == 0 && again.err.contains("pulling \(name)"), "\(again.both)")
    }
  }
}

extension EndToEnd {
  @Test(
    "Images for several platforms are put together under one name, and each machine pulls its own",
    .enabled(if: DockerRegistry.obstacle == nil))
  func manifestLists() throws {
    try withRegistry { sandbox in
      let list = "127.0.0.1:5000/team/all:1"
      try sandbox.write("Dockerfile", "FROM busybox\nENV A=other\n")
      #expect(try sandbox.davit("build", "-t", "127.0.0.1:5000/team/other:1", ".").status == 0)
      #expect(try sandbox.davit("push", "127.0.0.1:5000/team/other:1").status == 0)
      try sandbox.davit("image", "tag", "busybox", name)
      #expect(try sandbox.davit("push", name).status == 0)
      let created = try sandbox.davit("manifest", "create", list, name, "127.0.0.1:5000/team/other:1")
      #expect(created.status == 0, "\(created.both)")
      let again = try sandbox.davit("manifest", "create", list, name)
      #expect(again.status == 1 && again.err.contains("--amend"), "\(again.both)")
      try sandbox.davit("manifest", "annotate", list, "127.0.0.1:5000/team/other:1", "--arch", "s390x")
      let pushed = try sandbox.davit("manifest", "push", "--purge", list)
      #expect(pushed.status == 0 && pushed.out.hasPrefix("sha256:"), "\(pushed.both)")
      let shown = try sandbox.davit("manifest", "inspect", list)
      #expect(shown.out.contains("s390x") && !shown.out.contains("davit."), "\(shown.both)")
      #expect(shown.out.hasPrefix("{\n\t\""), "\(shown.out)")
      let described = try sandbox.davit("manifest", "inspect", "-v", list)
      for word in [
        "[\n\t{\n\t\t\"Ref\": \"\(list)@sha256:", "\"architecture\": \"s390x\"", "\"Raw\": \"eyJ", "\"OCIManifest\": {",
      ] {
        #expect(described.out.contains(word), "\(described.both)")
      }
      let single = try sandbox.davit("manifest", "inspect", "--verbose", name)
      #expect(single.out.hasPrefix("{\n\t\"Ref\": \"\(name)\""), "\(single.both)")
      try sandbox.shell("rm -rf \(sandbox.folder)/root")
      let pulled = try sandbox.davit("pull", list)
      #expect(pulled.status == 0, "\(pulled.both)")
      #expect(try sandbox.davit("image", "inspect", "-f", "{{.Config.Env}}", list).out.contains("other") == false)
      let missing = try sandbox.davit("pull", "--platform", "linux/riscv64", list)
      #expect(missing.status == 1 && missing.err.contains("s390x"), "\(missing.both)")
    }
  }
}
