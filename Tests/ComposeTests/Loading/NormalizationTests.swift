import Compose
import Testing
import YAML

@Suite struct NormalizationTests {
  @Test("Services without a network are in the default one; those that share another namespace are not")
  func defaultNetwork() throws {
    let project = try load(
      "services: {a: {image: i}, b: {image: i, network_mode: \"service:a\"}, c: {image: i, network_mode: none}}")
    #expect(project.tree["networks"] == (try yaml("{default: {name: test_default, ipam: {}}}")))
    #expect(project.tree["services"]?["a"]?["networks"] == (try yaml("{default: null}")))
    #expect(project.tree["services"]?["b"]?["networks"] == nil)
  }

  @Test("Links, shared namespaces and volumes_from imply dependencies")
  func dependencies() throws {
    let a = try service(
      "links: [\"x:alias\"]\npid: service:y\nvolumes_from: [\"z:ro\", \"container:q\"]",
      rest: "  x: {image: i}\n  y: {image: i}\n  z: {image: i}\n")
    #expect(
      a["depends_on"]
        == (try yaml(
          "{x: {condition: service_started, restart: true, required: true}, "
            + "y: {condition: service_started, restart: true, required: true}, "
            + "z: {condition: service_started, required: true}}")))
  }

  @Test("Resources are called after the project, external ones after themselves, named ones as they say")
  func names() throws {
    let rest = """
      networks: {n: {}, e: {external: true}, m: {name: mine}}
      volumes: {vol: {}, ext: {external: true, name: theirs}}

      """
    let project = try load(
      "services: {a: {image: i, networks: [n, e, m], volumes: [\"vol:/v\", \"ext:/e\"]}}\n" + rest)
    func name(_ kind: String, _ key: String) -> String? { project.tree[kind]?[key]?["name"]?.string }
    #expect(name("networks", "n") == "test_n")
    #expect(name("networks", "e") == "e")
    #expect(name("networks", "m") == "mine")
    #expect(name("volumes", "vol") == "test_vol")
    #expect(name("volumes", "ext") == "theirs")
  }

  @Test("Defaults are filled in")
  func defaults() throws {
    let a = try service("build: {args: [A, B=1, C]}", ["A": "x"])
    #expect(a["build"]?["dockerfile"]?.string == "Dockerfile")
    #expect(a["build"]?["args"] == (try yaml("{A: x, B: \"1\"}")))
  }

  @Test("Paths start from the project's folder, `~` from home; URLs and services stay")
  func paths() throws {
    let folder = try ComposeFolder([
      "compose.yaml": """
      services:
        a:
          image: i
          build: {context: git@h:x.git, additional_contexts: {q: "service:b", r: ./r}}
          volumes: ["~/x:/x", "./y/../z:/z", "/abs/../a:/w"]
        b: {build: b}
      secrets: {s: {file: ./s.txt}}
      """
    ])
    let project = try folder.load { $0.keepsUnusedResources = true }
    let a = try #require(project.tree["services"]?["a"])
    #expect(a["build"]?["context"]?.string == "git@h:x.git")
    #expect(a["build"]?["additional_contexts"] == (try yaml("{q: \"service:b\", r: \(folder.path)/r}")))
    #expect(
      a["volumes"]?.sequence?.compactMap { $0["source"]?.string } == ["/home/me/x", folder.path + "/z", "/abs/../a"])
    #expect(project.tree["secrets"]?["s"]?["file"]?.string == folder.path + "/s.txt")
    #expect(project.tree["services"]?["b"]?["build"]?["context"]?.string == folder.path + "/b")
  }
}
