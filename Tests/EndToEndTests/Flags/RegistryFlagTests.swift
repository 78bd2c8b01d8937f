import Foundation
import Testing

extension EndToEnd {
  @Test(
    "compose pull and push take the images that their flags choose, and go on where they may",
    .enabled(if: DockerRegistry.obstacle == nil))
  func pullAndPushFlags() throws {
    try withRegistry { sandbox in
      let registry = "127.0.0.1:5000"
      try sandbox.compose(
        """
        services:
          web: {image: "\(registry)/web:1", depends_on: [db], build: {context: ., dockerfile_inline: "FROM busybox"}}
          db: {image: "\(registry)/db:1", build: {context: ., dockerfile_inline: "FROM busybox"}}
          gone: {image: "\(registry)/gone:1", profiles: [gone]}
        """)
      #expect(try sandbox.davit("compose", "build", "-q").status == 0)
      let one = try sandbox.davit("compose", "push", "web")
      #expect(one.status == 0 && one.err.contains("web:1  Pushed") && !one.err.contains("db:1"), "\(one.both)")
      let deps = try sandbox.davit("compose", "push", "--include-deps", "web")
      #expect(deps.status == 0 && deps.err.contains("db:1  Pushed"), "\(deps.both)")
      #expect(try sandbox.davit("compose", "push", "-q").both.isEmpty)

      let pulled = try sandbox.davit("compose", "pull", "--no-parallel", "web")
      #expect(pulled.status == 0 && pulled.err.contains("web:1  Pulled") && !pulled.err.contains("db:1"))
      let both = try sandbox.davit("compose", "pull", "--parallel", "--include-deps", "web")
      #expect(both.status == 0 && both.err.contains("db:1  Pulled"), "\(both.both)")
      #expect(try sandbox.davit("compose", "pull", "--ignore-buildable").both.isEmpty)
      #expect(try sandbox.davit("compose", "pull", "--policy", "missing").both.isEmpty)
      let wrong = try sandbox.davit("compose", "pull", "--policy", "never")
      #expect(wrong.status == 1 && wrong.err.contains("unsupported pull policy: never"))
      let failed = try sandbox.davit("--profile", "gone", "compose", "pull")
      #expect(failed.status == 1 && failed.err.contains("gone:1"), "\(failed.both)")
      let ignored = try sandbox.davit("compose", "--profile", "gone", "pull", "--ignore-pull-failures")
      #expect(ignored.status == 0 && ignored.err.contains("web:1  Pulled"), "\(ignored.both)")
      try sandbox.davit("image", "tag", "busybox", "127.0.0.1:1/web:1")
      try sandbox.write(
        "away.yaml",
        "services: {web: {image: \"127.0.0.1:1/web:1\", build: {context: ., dockerfile_inline: \"FROM busybox\"}}}")
      #expect(try sandbox.davit("compose", "-f", "away.yaml", "push").status == 1)
      let unsent = try sandbox.davit("compose", "-f", "away.yaml", "push", "--ignore-push-failures")
      #expect(unsent.status == 0 && unsent.err.contains("warning:"), "\(unsent.both)")

      // Pulling before a run says nothing where it is told to.
      for verb in [["up", "-d", "--no-deps"], ["create", "--no-deps"], ["run", "--rm", "--no-deps"]] {
        try sandbox.compose(
          "services: {web: {image: \"\(registry)/web:1\", command: sleep 1000, stop_signal: SIGKILL}}")
        let words = verb + ["--pull", "always"]
        func run(_ more: [String]) throws -> Sandbox.Result {
          try sandbox.run(
            ["\(Sandbox.binaries)/davit"] + words + more + ["web"] + (verb[0] == "run" ? ["true"] : []))
        }
        let said = try run([])
        #expect(said.status == 0 && said.err.contains("web:1  Pulled"), "\(said.both)")
        let silent = try run(["--quiet-pull"])
        #expect(silent.status == 0 && !silent.err.contains("Pull"), "\(silent.both)")
      }
      #expect(try sandbox.davit("up", "-d", "--quiet-pull", "--pull", "always").status == 0)
      #expect(try sandbox.davit("create", "--quiet-pull").status == 0)
      #expect(try sandbox.davit("run", "--rm", "--quiet-pull", "--pull", "always", "web", "true").err.isEmpty)

      // Digests
      let digests = try sandbox.davit("config", "--lock-image-digests")
      #expect(digests.out.contains("image: \(registry)/web:1@sha256:"), "\(digests.both)")
      #expect(!digests.out.contains("command"), "only what an override needs")
      let whole = try sandbox.davit("config", "--resolve-image-digests")
      #expect(whole.out.contains("image: \(registry)/web:1@sha256:") && whole.out.contains("command"), "\(whole.both)")
    }
  }

  @Test(
    "A registry without a certificate that is known is trusted where --insecure-registry names it",
    .enabled(if: DockerRegistry.obstacle == nil))
  func insecureRegistry() throws {
    try withRegistry(.encrypted(isMutual: false)) { sandbox in
      try sandbox.compose("services: {web: {image: \"127.0.0.1:5000/web:1\", build: .}}")
      try sandbox.write("Dockerfile", "FROM busybox\n")
      #expect(try sandbox.davit("compose", "build", "-q").status == 0)
      #expect(try sandbox.davit("compose", "push").status == 1)
      let push = try sandbox.davit("compose", "--insecure-registry", "127.0.0.1:5000", "push")
      #expect(push.status == 0, "\(push.both)")
      #expect(try sandbox.davit("compose", "publish", "-y", "127.0.0.1:5000/app:1").status == 1)
      let publish = try sandbox.davit("compose", "publish", "-y", "--insecure-registry", "127.0.0.1:5000/app:1")
      #expect(publish.status == 0, "\(publish.both)")
    }
  }
}
