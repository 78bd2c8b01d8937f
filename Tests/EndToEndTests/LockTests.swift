import Foundation
import Testing

extension EndToEnd {
  /// Imports another image of the same name.
  private func moveBusybox(_ sandbox: Sandbox) throws {
    let moved = try sandbox.shell(
      """
      set -e; mkdir ../moved; cd ../moved; cp /bin/busybox .; echo moved >mark; tar -cf ../moved.tar .
      \(Sandbox.binaries)/davit image import --change 'CMD ["sh"]' ../moved.tar busybox
      """)
    try #require(moved.status == 0, "\(moved.both)")
  }

  @Test("davit lock writes what a project stands on, --check says what differs, and up --locked runs nothing else")
  func locking() throws {
    try inSandbox { sandbox in
      try sandbox.write("own/Dockerfile", "FROM busybox\nCOPY file /file\n")
      try sandbox.write("own/file", "one\n")
      try sandbox.compose(
        """
        services:
          web: {image: busybox, command: sleep 1000, stop_grace_period: 0s}
          own: {build: own, command: sleep 1000, stop_grace_period: 0s}
          extra: {image: busybox, profiles: [more]}
        """)
      let early = try sandbox.davit("up", "-d", "--locked")
      #expect(early.status == 1 && early.err.contains("there is no lock file"), "\(early.both)")
      #expect(try sandbox.davit("lock").status == 0)
      let text = try String(contentsOfFile: "\(sandbox.folder)/project/davit.lock", encoding: .utf8)
      #expect(
        text.contains("\"docker.io/library/busybox:latest\":\n    digest: sha256:") && text.contains("  \"own\":\n"))
      #expect(try sandbox.davit("lock", "--check").status == 0)
      let up = try sandbox.davit("up", "-d", "--locked")
      #expect(up.status == 0, "\(up.both)")
      // Locking again changes not a byte.
      #expect(try sandbox.davit("lock").status == 0)
      #expect(try String(contentsOfFile: "\(sandbox.folder)/project/davit.lock", encoding: .utf8) == text)

      try sandbox.write("own/file", "two\n")
      let changed = try sandbox.davit("lock", "--check")
      #expect(changed.status == 2 && changed.out.contains("build own: context: sha256:"), "\(changed.both)")
      let refused = try sandbox.davit("up", "-d", "--locked")
      #expect(
        refused.status == 1 && refused.err.contains("services.own.build") && refused.err.contains("not as it was"))
      try sandbox.davit("lock")
      #expect(try sandbox.davit("up", "-d", "--locked").status == 0)

      try moveBusybox(sandbox)
      let moved = try sandbox.davit("lock", "--check", "--format", "json")
      #expect(moved.status == 2 && moved.out.contains(#""kind":"image","name":"docker.io/library/busybox:latest""#))
      let other = try sandbox.davit("up", "-d", "--locked")
      #expect(other.status == 1 && other.err.contains("the lock file says sha256:"), "\(other.both)")
      #expect(try sandbox.davit("lock", "--update", "web").status == 0)
      #expect(try sandbox.davit("lock", "--check").status == 0)
    }
  }

  @Test("up --locked refuses images, builds and remote files that were not locked, at their places")
  func unlocked() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services: {web: {image: busybox}}\n")
      try sandbox.davit("lock")
      try sandbox.compose("services:\n  web: {image: busybox}\n  more: {image: \"busybox:other\"}\n")
      let result = try sandbox.davit("up", "-d", "--locked")
      #expect(
        result.status == 1 && result.err.contains("compose.yaml:3:17: services.more.image: image busybox:other is not"))
      #expect(try sandbox.davit("ps", "-aq").out.isEmpty)
      try sandbox.write("davit.lock", "version: 1\nimages:\n  a: {digest: 5}\n")
      let broken = try sandbox.davit("up", "-d", "--locked")
      #expect(broken.status == 1 && broken.err.contains("davit.lock:3:15: "), "\(broken.both)")
      try sandbox.davit("lock", "--update")
      let made = try sandbox.shell(
        """
        set -e; mkdir -p ../base; cd ../base; git init -q -b main .; git config user.name a; git config user.email a@b
        echo 'services: {base: {image: busybox, labels: {v: one}}}' >compose.yaml; git add .; git commit -qm one
        """)
      try #require(made.status == 0, "\(made.both)")
      let agreeing = ["COMPOSE_EXPERIMENTAL_GIT_REMOTE": "1"]
      try sandbox.compose("include: [\"file://\(sandbox.folder)/base#main\"]\nservices: {web: {image: busybox}}\n")
      try sandbox.write("davit.lock", "version: 1\n")
      let stranger = try sandbox.davit("create", "--locked", environment: agreeing)
      #expect(stranger.status == 1 && stranger.err.contains("base#main") && stranger.err.contains("davit.lock"))
      #expect(try sandbox.davit("lock", environment: agreeing).status == 0)
      try sandbox.shell("cd ../base && sed -i s/one/two/ compose.yaml && git commit -qam two")
      let check = try sandbox.davit("lock", "--check", environment: agreeing)
      #expect(
        check.status == 2 && check.out.contains("remote file://") && check.out.contains("revision"), "\(check.both)")
      #expect(try sandbox.davit("create", "--locked", environment: agreeing).status == 0)
      let labels = try sandbox.davit("inspect", "project-base-1", environment: agreeing)
      #expect(labels.out.contains("\"v\": \"one\""), "\(labels.both)")
    }
  }

  @Test(
    "A tag that moves in its registry is told by lock --check, and up --locked fetches what is locked",
    .enabled(if: DockerRegistry.obstacle == nil))
  func lockedPull() throws {
    try withRegistry { sandbox in
      try sandbox.davit("image", "tag", "busybox", "127.0.0.1:5000/box:1")
      #expect(try sandbox.davit("push", "-q", "127.0.0.1:5000/box:1").status == 0)
      try sandbox.compose(
        "services: {web: {image: \"127.0.0.1:5000/box:1\", command: ls /, stop_grace_period: 0s}}\n")
      let lock = try sandbox.davit("lock")
      #expect(lock.status == 0, "\(lock.both)")
      let text = try String(contentsOfFile: "\(sandbox.folder)/project/davit.lock", encoding: .utf8)
      #expect(text.contains("linux/") && !text.contains("local: true"), "\(text)")
      try moveBusybox(sandbox)
      try sandbox.davit("image", "tag", "busybox", "127.0.0.1:5000/box:1")
      #expect(try sandbox.davit("push", "-q", "127.0.0.1:5000/box:1").status == 0)
      #expect(try sandbox.davit("lock", "--check").status == 2)
      let up = try sandbox.davit("up", "--locked", "--no-log-prefix")
      #expect(up.status == 0 && up.out.contains("bin") && !up.out.contains("mark"), "\(up.both)")
    }
  }

  @Test("A bundle brings a project up where there is no network, with its builds, files and secrets")
  func bundles() throws {
    try inSandbox { sandbox in
      try sandbox.write("own/Dockerfile", "FROM busybox\nCOPY file /file\n")
      try sandbox.write("own/file", "from the context\n")
      try sandbox.write("secret.txt", "hush\n")
      try sandbox.write("page/index.html", "a page\n")
      try sandbox.write("web.env", "LEVEL=debug\n")
      try sandbox.write(".env", "COMMAND=cat\n")
      try sandbox.compose(
        """
        name: shop
        services:
          web:
            image: busybox
            command: sh -c '$COMMAND /run/secrets/s /page/index.html; echo $$LEVEL'
            env_file: web.env
            secrets: [s]
            volumes: ["./page:/page:ro"]
            pull_policy: always
          own: {build: own, command: cat /file}
        secrets: {s: {file: secret.txt}}
        """)
      let create = try sandbox.davit("bundle", "create", "--pull", "never", "-o", "../shop.tar")
      #expect(create.status == 0, "\(create.both)")
      let mode =
        try FileManager.default.attributesOfItem(atPath: "\(sandbox.folder)/shop.tar")[.posixPermissions] as? Int
      #expect(mode == 0o600)
      // Another machine: nothing of this one is there.
      let other = ["DAVIT_ROOT": "\(sandbox.folder)/root2"]
      try sandbox.shell("mv ../project ../hidden; mkdir ../project")
      let load = try sandbox.davit("bundle", "load", "../shop.tar", environment: other)
      #expect(load.status == 0 && load.out.contains("Loaded project: shop in shop"), "\(load.both)")
      let up = try sandbox.davit(
        "up", "--no-log-prefix", directory: "\(sandbox.folder)/project/shop", environment: other)
      for text in ["hush", "a page", "debug", "from the context"] { #expect(up.out.contains(text), "\(up.both)") }
      let again = try sandbox.davit("bundle", "load", "../shop.tar", environment: other)
      #expect(again.status == 1 && again.err.contains("there is a compose file already"))
      let images = try sandbox.davit(
        "image", "load", "-i", "../shop.tar", environment: ["DAVIT_ROOT": "\(sandbox.folder)/root3"])
      #expect(images.out == "Loaded image: busybox:latest\nLoaded image: shop-own:latest\n", "\(images.both)")
      let plain = try sandbox.davit("image", "save", "-o", "../plain.tar", "busybox", environment: other)
      #expect(plain.status == 0)
      let none = try sandbox.davit("bundle", "load", "../plain.tar", environment: other)
      #expect(none.status == 1 && none.err.contains("there is no project in it"), "\(none.both)")
      try sandbox.davit("-p", "shop", "down", "-t", "0", environment: other)
    }
  }
}
