import Compose
import Testing

@Suite struct SchemaErrorTests {
  private func failures(_ text: String) throws -> [String] {
    try ComposeFolder(["compose.yaml": text]).failures()
  }

  @Test("Everything that does not fit is reported, from top to bottom, each with the nearest way out")
  func all() throws {
    #expect(
      try failures(
        """
        services:
          web:
            image: 5
            prots: ["80:80"]
            ports: 80
            restart: true
            deploy: {mode: x, replica: 2}
          bad/name: {image: i}
        volums: {}
        """) == [
          "compose.yaml:3:12: services.web.image: must be a string, not an integer\n  hint: put it in quotes: \"5\"",
          "compose.yaml:4:5: services.web: unknown attribute `prots`\n  hint: did you mean `ports`?",
          "compose.yaml:5:12: services.web.ports: must be a list, not an integer\n  hint: write it as a list: `- 80`",
          "compose.yaml:6:14: services.web.restart: must be a string, not a boolean\n  hint: put it in quotes: \"true\"",
          "compose.yaml:7:23: services.web.deploy: unknown attribute `replica`\n  hint: did you mean `replicas`?",
          "compose.yaml:8:3: services: `bad/name` cannot be a name\n"
            + "  hint: names are made of letters, digits, `.`, `_` and `-`",
          "compose.yaml:9:1: unknown attribute `volums`\n  hint: did you mean `volumes`?",
        ])
  }

  @Test(
    "An attribute in the wrong place is told the right one",
    arguments: [
      ("services: {a: {image: i, limits: {}}}", "did you mean `ulimits`?"),
      ("services: {a: {image: i, memory: 1g}}", "use `mem_limit`"),
      (
        "services: {a: {image: i, max_attempts: 1}}",
        "`max_attempts` is an attribute of `deploy.restart_policy`: deploy.restart_policy.max_attempts"
      ),
      ("services: {a: {image: i, whatever: {}}}", "attributes of your own begin with `x-`"),
      ("services: {a: {image: i, dockerfile: D}}", "write `build: {context: ., dockerfile: …}`"),
      ("services: {a: {image: i, context: .}}", "`context` is an attribute of `build`: build.context"),
      ("services: {a: {image: i, log_driver: x}}", "use `logging: {driver: …}`"),
      (
        "services: {a: {image: i, services: {}}}",
        "`services` belongs to the top level of the file; check the indentation"
      ),
      ("web: {image: i}", "services belong below `services:`"),
      ("ports: []", "`ports` is an attribute of a service"),
    ])
  func places(text: String, hint: String) throws {
    let found = try failures(text)
    #expect(found.first?.hasSuffix("hint: \(hint)") == true, "\(found)")
  }

  @Test(
    "Values out of their choices or range are refused",
    arguments: [
      ("cgroup: hots", "services.a.cgroup: `hots` is none of `host`, `private`\n  hint: did you mean `host`?"),
      ("oom_score_adj: 2000", "services.a.oom_score_adj: must be at most 1000"),
      ("cpu_percent: 101.0", "services.a.cpu_percent: must be at most 100"),
      ("container_name: x", "services.a.container_name: `x` is no container name"),
      ("pull_policy: sometimes", "services.a.pull_policy: `sometimes` is no pull policy"),
      ("cpus: .inf", "services.a.cpus: `+Inf` is no number that can be used"),
      ("depends_on: {b: {}}", "services.a.depends_on.b: `condition` is required here"),
      ("volumes: [{target: /x}]", "services.a.volumes[0]: `type` is required here"),
      ("ulimits: {nofile: {soft: 1}}", "services.a.ulimits.nofile: `hard` is required here"),
      ("group_add: [a, a]", "services.a.group_add[1]: `a` is in the list twice; the first time at compose.yaml:4:17"),
      ("environment: {A: [1]}", "services.a.environment.A: must be a string, a number or a boolean, not a list"),
      ("networks:\n  - [x]", "services.a.networks[0]: must be a string, not a list"),
      ("image: null", "services.a.image: must be a string, but it is empty"),
    ])
  func values(attribute: String, message: String) throws {
    let indented = attribute.split(separator: "\n").map { "    \($0)\n" }.joined()
    let image = attribute.hasPrefix("image") ? "    hostname: h\n" : "    image: i\n"
    let found = try failures("services:\n  a:\n\(image)\(indented)")
    #expect(found.contains { $0.contains(message) }, "\(found)")
  }

  @Test("A file that is no mapping, or empty, says how to begin")
  func roots() throws {
    for text in ["", "---\n", "- a", "x"] {
      #expect(try failures(text).first?.hasSuffix("hint: begin with `services:`") == true)
    }
  }

  @Test("`version` is obsolete, and nothing worse")
  func version() throws {
    let project = try load("version: '3'\nservices: {a: {image: i}}")
    #expect(
      project.warnings.map(\.description) == [
        "compose.yaml:1:10: the attribute `version` is obsolete and has no effect; remove it"
      ])
    #expect(project.tree["version"] == nil)
  }

  @Test("An error in an override file is blamed on that file")
  func overrideFile() throws {
    let folder = try ComposeFolder([
      "one.yaml": "services: {a: {image: i}}", "two.yaml": "services:\n  a:\n    usr: x\n",
    ])
    #expect(
      folder.failures { $0.files = ["one.yaml", "two.yaml"] } == [
        "two.yaml:3:5: services.a: unknown attribute `usr`\n  hint: did you mean `user`?"
      ])
  }
}
