import Compose
import Testing
import YAML

@Suite struct MergeMappingsTests {
  @Test("Scalars are replaced, mappings merged, null changes nothing")
  func basics() throws {
    let a = try merged(
      "user: x\nhealthcheck: {test: a, interval: 1s}\nhostname: h",
      "user: y\nhealthcheck: {interval: 2s}\nhostname: null")
    #expect(a["user"]?.string == "y")
    #expect(a["healthcheck"] == (try yaml("{test: [CMD-SHELL, a], interval: 2s}")))
    #expect(a["hostname"]?.string == "h")
  }

  @Test("Commands are replaced as a whole", arguments: ["command", "entrypoint"])
  func commands(attribute: String) throws {
    #expect(try merged("\(attribute): [a, b]", "\(attribute): c d")[attribute] == yaml("[c, d]"))
  }

  @Test("A health check's test is replaced, the rest of it merged")
  func healthTest() throws {
    let a = try merged("healthcheck: {test: [CMD, a], retries: 3}", "healthcheck: {test: [CMD, b]}")
    #expect(a["healthcheck"] == (try yaml("{test: [CMD, b], retries: 3}")))
  }

  @Test("A build that is a path merges with one that is a mapping")
  func build() throws {
    let a = try merged("build: ./ctx", "build: {target: t, args: [A=1]}")
    #expect(a["build"]?["context"]?.string?.hasSuffix("/ctx") == true)
    #expect(a["build"]?["target"]?.string == "t")
    #expect(a["build"]?["args"] == (try yaml("{A: \"1\"}")))
  }

  @Test("A list of dependencies merges with a mapping of them")
  func dependencies() throws {
    let a = try merged("depends_on: [x]", "depends_on: {x: {condition: service_healthy}}", rest: "  x: {image: i}\n")
    #expect(a["depends_on"] == (try yaml("{x: {condition: service_healthy, required: true}}")))
  }

  @Test("A list of networks merges with a mapping of them")
  func networks() throws {
    let a = try merged("networks: [x]", "networks: {y: {aliases: [q]}}", rest: "networks: {x: {}, y: {}}\n")
    #expect(a["networks"] == (try yaml("{x: null, y: {aliases: [q]}}")))
  }

  @Test("Logging options are merged for the same driver only")
  func logging() throws {
    let same = try merged("logging: {driver: d, options: {a: 1}}", "logging: {options: {b: 2}}")
    #expect(same["logging"] == (try yaml("{driver: d, options: {a: \"1\", b: \"2\"}}")))
    let other = try merged("logging: {driver: d, options: {a: 1}}", "logging: {driver: e, options: {b: 2}}")
    #expect(other["logging"] == (try yaml("{driver: e, options: {b: \"2\"}}")))
  }

  @Test("A limit of another form replaces the earlier one")
  func ulimits() throws {
    let a = try merged("ulimits: {nofile: 5, nproc: 1}", "ulimits: {nofile: {soft: 1, hard: 2}}")
    #expect(a["ulimits"] == (try yaml("{nofile: {soft: 1, hard: 2}, nproc: 1}")))
  }

  @Test("Address pools are merged by their subnet")
  func pools() throws {
    let folder = try ComposeFolder([
      "one.yaml":
        "services: {a: {image: i, networks: [n]}}\nnetworks: {n: {ipam: {config: [{subnet: 10.0.0.0/8, gateway: 10.0.0.1}]}}}",
      "two.yaml":
        "networks: {n: {ipam: {config: [{subnet: 10.0.0.0/8, ip_range: 10.1.0.0/16}, {subnet: 11.0.0.0/8}]}}}",
    ])
    let pools = try folder.load { $0.files = ["one.yaml", "two.yaml"] }.tree["networks"]?["n"]?["ipam"]?["config"]
    #expect(
      pools
        == (try yaml(
          "[{subnet: 10.0.0.0/8, gateway: 10.0.0.1, ip_range: 10.1.0.0/16}, {subnet: 11.0.0.0/8}]")))
  }

  @Test("A clash of types names both places")
  func clash() throws {
    let folder = try ComposeFolder([
      "one.yaml": "services: {a: {image: i, deploy: {replicas: 1}}}", "two.yaml": "services: {a: {deploy: [x]}}",
    ])
    #expect(
      folder.failures { $0.files = ["one.yaml", "two.yaml"] } == [
        "two.yaml:1:24: services.a.deploy: a list cannot be merged with the mapping of an earlier file (one.yaml:1:34)\n"
          + "  hint: write a mapping here too, or `!override` to replace the earlier value"
      ])
  }

  @Test("Later documents of a file go over earlier ones")
  func documents() throws {
    let project = try load("services: {a: {image: i, user: x}}\n---\nservices: {a: {user: y}}\n")
    #expect(project.tree["services"]?["a"]?["user"]?.string == "y")
  }
}
