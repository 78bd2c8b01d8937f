import Compose
import Testing
import YAML

@Suite struct AttributeFormTests {
  @Test(
    "Short forms become long ones, and every value takes its one form",
    arguments: [
      ("command: sh -c 'a b'", "command", "[sh, -c, a b]"),
      ("healthcheck: {test: curl x, interval: 90s}", "healthcheck", "{test: [CMD-SHELL, curl x], interval: 1m30s}"),
      ("mem_limit: 1g", "mem_limit", "\"1073741824\""),
      ("shm_size: 64", "shm_size", "\"64\""),
      ("stop_grace_period: 1m", "stop_grace_period", "1m0s"),
      ("expose: [80, \"90/udp\"]", "expose", "[\"80\", \"90/udp\"]"),
      ("group_add: [1000, audio]", "group_add", "[\"1000\", audio]"),
      ("labels: [a=1, b]", "labels", "{a: \"1\", b: \"\"}"),
      ("labels: {a: 1.10, b: true, c: null}", "labels", "{a: \"1.1\", b: \"true\", c: \"\"}"),
      ("environment: {A: 1, B: , C: \"\"}", "environment", "{A: \"1\", B: null, C: \"\"}"),
      ("dns: 1.1.1.1", "dns", "[1.1.1.1]"),
      ("tmpfs: /run", "tmpfs", "[/run]"),
      (
        "devices: [/dev/x, \"/dev/a:/dev/b:r\"]", "devices",
        "[{source: /dev/x, target: /dev/x, permissions: rwm}, {source: /dev/a, target: /dev/b, permissions: r}]"
      ),
      ("extra_hosts: {b: 1.1.1.1, a: \"[::1]\"}", "extra_hosts", "[a=::1, b=1.1.1.1]"),
      ("extra_hosts: [\"h:host-gateway\"]", "extra_hosts", "[h=host-gateway]"),
      ("ulimits: {nofile: \"5\", core: {soft: 1, hard: 2}}", "ulimits", "{nofile: 5, core: {soft: 1, hard: 2}}"),
      ("gpus: all", "gpus", "[{count: -1}]"),
      (
        "logging: {driver: json-file, options: {max-file: 3}}", "logging",
        "{driver: json-file, options: {max-file: \"3\"}}"
      ),
      ("sysctls: {net.core.somaxconn: 1024}", "sysctls", "{net.core.somaxconn: \"1024\"}"),
      ("cpus: \"1.5\"", "cpus", "1.5"),
      ("ports: [8080]", "ports", "[{mode: ingress, target: 8080, protocol: tcp}]"),
      (
        "ports: [{target: 80, published: 90}]", "ports",
        "[{mode: ingress, target: 80, published: \"90\", protocol: tcp}]"
      ),
      (
        "build: {context: https://x.y/z.git, dockerfile: D}", "build", "{context: \"https://x.y/z.git\", dockerfile: D}"
      ),
      ("pull_policy: if_not_present", "pull_policy", "missing"),
      ("pull_policy: refresh\npull_refresh_after: 24h", "pull_policy", "every_24h"),
      (
        "deploy: {resources: {limits: {cpus: \"0.5\", memory: 50M}}}", "deploy",
        "{resources: {limits: {cpus: 0.5, memory: \"52428800\"}}, placement: {}}"
      ),
    ])
  func forms(attributes: String, name: String, expected: String) throws {
    #expect(try service(attributes)[name] == yaml(expected))
  }

  @Test("Secrets and configs know their files, modes and places")
  func fileReferences() throws {
    let a = try service(
      "secrets: [s, {source: s, target: t, mode: 0440}]\nconfigs: [{source: c, mode: \"0444\"}]",
      rest: "secrets: {s: {environment: S}}\nconfigs: {c: {content: x}}\n")
    #expect(
      a["secrets"] == (try yaml("[{source: s, target: /run/secrets/s}, {source: s, target: t, mode: \"0440\"}]")))
    #expect(a["configs"] == (try yaml("[{source: c, mode: \"0444\"}]")))
  }

  @Test("Volumes in short and long form are the same")
  func volumes() throws {
    let rest = "volumes: {vol: {}}\n"
    let short = try service("volumes: [\"vol:/x\", \"/a:/b:ro\"]", rest: rest)
    let long = try service(
      "volumes: [{type: volume, source: vol, target: /x, volume: {}}, "
        + "{type: bind, source: /a, target: /b, read_only: true, bind: {create_host_path: true}}]", rest: rest)
    #expect(short["volumes"] == long["volumes"])
  }

  @Test("Empty, false and zero values are left out, unless they say something")
  func empties() throws {
    let a = try service("privileged: false\nuser: \"\"\ncap_add: []\ninit: false\nscale: 0\ncommand: []")
    #expect(Set(a.mapping!.keys) == ["command", "entrypoint", "image", "init", "networks", "scale"])
    #expect(a["command"] == Node(.sequence([])))
    #expect(a["entrypoint"]?.isNull == true)
  }

  @Test("Extensions stay where they were")
  func extensions() throws {
    let project = try load("x-top: {a: [1]}\nservices: {a: {image: i, x-own: 1, build: {x-b: 2}}}")
    #expect(project.tree["x-top"] == (try yaml("{a: [1]}")))
    #expect(project.tree["services"]?["a"]?["x-own"]?.int == 1)
    #expect(project.tree["services"]?["a"]?["build"]?["x-b"]?.int == 2)
  }

  @Test("What is known and has no effect is warned of, never passed over in silence")
  func noEffect() throws {
    let project = try load(
      "services:\n  a:\n    image: i\n    pull_refresh_after: 1d\n    volumes: [\"/a:/b:ro,fast\"]\n")
    #expect(
      project.warnings.map(\.description) == [
        "compose.yaml:5:15: services.a.volumes[0]: the option `fast` is unknown and has no effect",
        "compose.yaml:4:5: services.a.pull_refresh_after: the attribute has no effect",
      ])
  }

  @Test("A value may begin with a combining mark, which belongs to nothing before it")
  func combiningMarks() throws {
    #expect(try service("environment: [\"A=\u{301}x\"]")["environment"]?["A"]?.string == "\u{301}x")
  }

  @Test("A variable or label may begin with x-")
  func userKeys() throws {
    let a = try service("environment: {x-a: 1}\nlabels: {x-b: 2}")
    #expect(a["environment"]?["x-a"]?.string == "1")
    #expect(a["labels"]?["x-b"]?.string == "2")
  }
}
