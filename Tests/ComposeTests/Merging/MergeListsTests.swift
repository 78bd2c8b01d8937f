import Compose
import Testing
import YAML

@Suite struct MergeListsTests {
  @Test(
    "KEY=value lists and mappings become one, the later value of a key wins",
    arguments: ["environment", "labels", "annotations", "sysctls"])
  func keyValues(attribute: String) throws {
    let a = try merged("\(attribute): {A: 1, B: x}", "\(attribute): [B=y, C=z]")
    #expect(a[attribute] == (try yaml("{A: \"1\", B: y, C: z}")))
  }

  @Test("Lists of single values are appended without duplicates", arguments: ["dns", "dns_search", "dns_opt", "tmpfs"])
  func singleValues(attribute: String) throws {
    #expect(try merged("\(attribute): [x, y]", "\(attribute): [y, z]")[attribute] == yaml("[x, y, z]"))
  }

  @Test("A single string is a list of one", arguments: ["dns", "dns_search", "tmpfs"])
  func strings(attribute: String) throws {
    #expect(try merged("\(attribute): x", "\(attribute): [z]")[attribute] == yaml("[x, z]"))
  }

  @Test("Names that may be there once only are", arguments: ["cap_add", "cap_drop", "profiles", "links"])
  func sets(attribute: String) throws {
    let rest = attribute == "links" ? "  x: {image: i}\n  y: {image: i}\n" : ""
    let folder = try ComposeFolder([
      "one.yaml": "services:\n  a:\n    image: i\n    \(attribute): [x]\n\(rest)",
      "two.yaml": "services:\n  a:\n    \(attribute): [x, y]\n",
    ])
    let a = try folder.load { options in
      options.files = ["one.yaml", "two.yaml"]
      options.profiles = ["*"]
    }.tree["services"]?["a"]
    #expect(a?[attribute] == (try yaml("[x, y]")))
  }

  @Test("Ports are the same when host address, host port, container port and protocol are")
  func ports() throws {
    let a = try merged("ports: [\"80:80\", \"90:90/udp\"]", "ports: [\"80:80\", \"90:90\", \"127.0.0.1:80:80\"]")
    #expect(a["ports"]?.sequence?.count == 4)
  }

  @Test("A port of a range is the same as that port alone")
  func portRange() throws {
    #expect(try merged("ports: [\"80-81:80-81\"]", "ports: [\"80:80\"]")["ports"]?.sequence?.count == 2)
  }

  @Test("Volumes are the same when their target is; the later one takes the place of the earlier")
  func volumes() throws {
    let a = try merged("volumes: [\"/a:/x\", \"/b:/y\"]", "volumes: [\"/c:/x:ro\"]")
    let volumes = try #require(a["volumes"]?.sequence)
    #expect(volumes.map { $0["source"]?.string } == ["/c", "/b"])
    #expect(volumes[0]["read_only"]?.bool == true)
  }

  @Test("Devices are the same when their target is")
  func devices() throws {
    let a = try merged("devices: [\"/dev/a:/dev/x\"]", "devices: [\"/dev/b:/dev/x\", {source: /dev/c}]")
    #expect(a["devices"]?.sequence?.map { $0["source"]?.string } == ["/dev/b", "/dev/c"])
  }

  @Test("Secrets and configs are the same when they are mounted in the same place")
  func mounts() throws {
    let rest = "secrets: {s: {file: f}, t: {file: f}}\n"
    let a = try merged("secrets: [s]", "secrets: [{source: t, target: /run/secrets/s}, t]", rest: rest)
    #expect(a["secrets"]?.sequence?.map { $0["source"]?.string } == ["t", "t"])
  }

  @Test("Variable files are the same when their path is")
  func environmentFiles() throws {
    let folder = try ComposeFolder([
      "x.env": "A=1", "one.yaml": "services: {a: {image: i, env_file: x.env}}",
      "two.yaml": "services: {a: {env_file: [x.env, {path: y.env, required: false}]}}",
    ])
    let a = try folder.load { options in
      options.files = ["one.yaml", "two.yaml"]
      options.resolvesEnvironment = false
    }.tree["services"]?["a"]
    #expect(a?["env_file"]?.sequence?.count == 2)
  }

  @Test("Hosts keep all their addresses; only exact duplicates go")
  func hosts() throws {
    #expect(
      try merged("extra_hosts: [\"h=1.1.1.1\"]", "extra_hosts: {h: [1.1.1.1, 2.2.2.2]}")["extra_hosts"]
        == yaml("[h=1.1.1.1, h=2.2.2.2]"))
  }

  @Test("Lists without a rule are appended")
  func plainLists() throws {
    #expect(try merged("security_opt: [x]", "security_opt: [y]")["security_opt"] == yaml("[x, y]"))
  }
}
