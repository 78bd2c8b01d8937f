import Compose
import Testing

@Suite struct ConsistencyTests {
  private func failures(_ attributes: String, rest: String = "") throws -> [String] {
    let indented = attributes.split(separator: "\n").map { "    \($0)\n" }.joined()
    return try ComposeFolder(["compose.yaml": "services:\n  a:\n    image: i\n\(indented)\(rest)"]).failures()
  }

  @Test(
    "References lead somewhere",
    arguments: [
      (
        "networks: [nte]", "networks: {net: {}}",
        "services.a.networks: there is no network `nte`\n  hint: did you mean `net`?"
      ),
      (
        "volumes: [\"vol:/v\"]", "",
        "there is no volume `vol`\n  hint: define it below the top-level `volumes:`, or write `./vol` for a directory"
      ),
      ("secrets: [s]", "", "services.a.secrets: there is no secret `s`"),
      ("configs: [c]", "", "services.a.configs: there is no config `c`"),
      ("depends_on: [b]", "", "services.a.depends_on: there is no service `b`"),
      ("network_mode: service:b", "", "services.a.network_mode: there is no service `b`"),
      ("models: [m]", "", "services.a.models: there is no model `m`"),
    ])
  func references(attributes: String, rest: String, message: String) throws {
    let found = try failures(attributes, rest: rest)
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test(
    "Attributes do not contradict each other",
    arguments: [
      ("network_mode: host\nnetworks: [n]", "`network_mode` and `networks` exclude each other"),
      ("scale: 2\ndeploy: {replicas: 3}", "`scale` is 2, but `deploy.replicas` is 3"),
      ("scale: -1", "services.a.scale: must not be negative"),
      ("scale: 2\ncontainer_name: xy", "a service with a `container_name` cannot have several containers"),
      (
        "mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}",
        "`mem_limit` is 1073741824, but `deploy.resources.limits.memory` is 2147483648"
      ),
      (
        "pids_limit: 1\ndeploy: {resources: {limits: {cpus: 1}}}",
        "`pids_limit` is 1, but `deploy.resources.limits.pids` is not set"
      ),
      ("build: {dockerfile: D, dockerfile_inline: FROM x}", "`dockerfile` and `dockerfile_inline` exclude each other"),
      ("platform: p\nbuild: {platforms: [q]}", "the service's `platform` p must be one of them"),
      ("healthcheck: {test: [curl, x]}", "a list must begin with CMD, CMD-SHELL or NONE, not with `curl`"),
      ("tmpfs: /x\nvolumes: [\"/y:/x\"]", "services.a.volumes[0]: /x is already the target of tmpfs[0]"),
      ("develop: {watch: [{path: ., action: sync}]}", "the action `sync` needs a `target`"),
      ("volumes: [{type: bind, target: /x}]", "services.a.volumes[0]: a bind mount needs a `source`"),
      ("ports: [{target: 80, host_ip: x}]", "services.a.ports[0].host_ip: `x` is no IP address"),
      ("gpus: [{count: 1, device_ids: [x]}]", "`count` and `device_ids` exclude each other"),
    ])
  func contradictions(attributes: String, message: String) throws {
    let found = try failures(attributes, rest: "networks: {n: {}}\n")
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test("Services that wait for each other are refused, in the order in which they wait")
  func cycles() throws {
    #expect(
      try failures("depends_on: [b]", rest: "  b: {image: i, depends_on: [c]}\n  c: {image: i, depends_on: [a]}\n") == [
        "compose.yaml:4:18: services.a.depends_on: services depend on each other: a → b → c → a"
      ])
    #expect(try failures("depends_on: [a]")[0].hasSuffix("the service depends on itself"))
  }

  @Test("A long chain of services is no cycle")
  func longChain() throws {
    let services = (0..<3_000).map { "  s\($0): {image: i\($0 == 0 ? "" : ", depends_on: [s\($0 - 1)]")}\n" }.joined()
    #expect(try load("services:\n" + services).tree["services"]?.mapping?.count == 3_000)
  }

  @Test("A service needs an image or a build, a secret or config needs content, an external volume nothing")
  func missingParts() throws {
    let folder = try ComposeFolder(["compose.yaml": "services: {a: {user: u}}"])
    #expect(folder.failures()[0].contains("the service has neither an `image` nor a `build`"))
    #expect(
      try failures("", rest: "secrets: {s: {}}")[0].contains(
        "secrets.s: one of `file`, `environment` or `external` is required"))
    #expect(
      try failures("", rest: "configs: {c: {file: f, content: x}}")[0].contains(
        "only one of `file`, `environment`, `content` can be given"))
    #expect(
      try failures("", rest: "volumes: {v: {external: true, driver: d}}")[0].contains(
        "`driver` has no meaning for a volume that is `external`"))
  }

  @Test("Two services cannot have the same container name")
  func containerNames() throws {
    #expect(
      try failures("container_name: xy", rest: "  b: {image: i, container_name: xy}\n")[0].contains(
        "services.b.container_name: the container name `xy` is also that of service `a`"))
  }

  @Test("Without the check everything passes")
  func unchecked() throws {
    let folder = try ComposeFolder(["compose.yaml": "services: {a: {depends_on: [b], networks: [n]}}"])
    #expect(folder.failures { $0.checksConsistency = false }.isEmpty)
  }
}
