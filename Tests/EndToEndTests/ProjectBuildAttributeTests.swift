import Foundation
import Testing

/// Attributes of `build`, as they reach the steps of a build and the image that comes of it.
extension EndToEnd {
  @Test("Steps of a compose build have the hosts, memory, secrets, keys and rights that the file gives them")
  func composeBuildSteps() throws {
    try inSandbox { sandbox in
      try sandbox.write("token", "t")
      try sandbox.compose(
        """
        services:
          app:
            build:
              dockerfile_inline: |
                FROM busybox
                RUN grep -e one.test -e two.test /etc/hosts; df -k /dev/shm | tail -n1 | awk '{print $$2 "k"}'
                RUN --mount=type=secret,id=cert,target=/c --mount=type=secret,id=token cat /c; echo; stat -Lc %u:%g:%a /run/secrets/token
                RUN --security=insecure grep CapEff /proc/self/status
                RUN --mount=type=ssh test -S $$SSH_AUTH_SOCK && echo $$SSH_AUTH_SOCK
                RUN --mount=type=ssh,id=other echo $$SSH_AUTH_SOCK
              network: none
              isolation: default
              entitlements: [security.insecure]
              extra_hosts: ["one.test:10.1.2.3", "two.test=10.1.2.4"]
              shm_size: 3m
              secrets: [{source: token, target: cert}, {source: token, gid: "7"}]
              ssh: [default, "other=${SSH_AUTH_SOCK}"]
        secrets: {token: {file: ./token}}
        """)
      let built = try sandbox.shell("ssh-agent sh -c '\(Sandbox.binaries)/davit compose build'")
      #expect(built.status == 0, "\(built.both)")
      for line in [
        "10.1.2.3\tone.test", "10.1.2.4\ttwo.test", "3072k", "t", "0:7:400", "/run/buildkit/ssh_agent.4",
        "/run/buildkit/ssh_agent.5",
      ] { #expect(built.err.contains(" \(line)\n"), "\(line): \(built.err)") }
      #expect(!built.err.contains("CapEff:\t00000000"), "\(built.err)")
      // Without an agent it is said what is missing.
      let alone = try sandbox.davit("compose", "build")
      #expect(alone.status == 1 && alone.err.contains("SSH_AUTH_SOCK"), "\(alone.both)")
    }
  }

  @Test("An image of a compose build has its labels, uses the cache as the file says, and pulls when it says so")
  func composeBuildCache() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        name: made
        services:
          app:
            build:
              dockerfile_inline: |
                FROM busybox AS base
                RUN cat /proc/sys/kernel/random/uuid >/one
                FROM base
                RUN cat /proc/sys/kernel/random/uuid >/two
              network: none
              labels: {a.b: "1"}
              cache_to: ["type=local,dest=cache,mode=max"]
              cache_from: ["type=local,src=cache"]
              no_cache_filter: ${FILTER:-nothing}
          again: {build: {dockerfile_inline: "FROM busybox\\nRUN cat /proc/sys/kernel/random/uuid >/x\\n", network: none, no_cache: true, labels: ["l=2"]}}
          pulled: {build: {dockerfile_inline: "FROM busybox\\n", pull: true}}
        """)
      func id(_ image: String) throws -> String { try sandbox.davit("image", "ls", "-q", "--no-trunc", image).out }
      #expect(try sandbox.davit("compose", "build", "app", "again").status == 0)
      let labels = try sandbox.davit(
        "image", "inspect", "-f", "{{index .Config.Labels \"a.b\"}}{{index .Config.Labels \"l\"}}", "made-app",
        "made-again")
      #expect(labels.out == "1\n2\n", "\(labels.both)")
      let (app, again) = (try id("made-app"), try id("made-again"))
      #expect(try sandbox.davit("compose", "build", "app", "again").status == 0)
      #expect(try id("made-app") == app && id("made-again") != again)
      // The same without what this machine remembers: the results come from the folder.
      #expect(try sandbox.shell("test -f cache/index.json").status == 0)
      #expect(try sandbox.davit("image", "rm", "made-app").status == 0)
      #expect(try sandbox.davit("builder", "prune", "-af").status == 0)
      #expect(try sandbox.davit("compose", "build", "app").status == 0)
      #expect(try id("made-app") == app)
      let filtered = try sandbox.davit("compose", "build", "app", environment: ["FILTER": "base"])
      #expect(filtered.status == 0 && !filtered.err.contains("CACHED"), "\(filtered.both)")
      #expect(try id("made-app") != app)
      // The image is here; that it is fetched all the same shows in that there is no registry.
      let pulled = try sandbox.davit("compose", "build", "pulled")
      #expect(pulled.status == 1 && pulled.err.contains("services.pulled.build: "), "\(pulled.both)")
    }
  }
}
