@testable import Compose
import Diagnostics
import Spec
import Testing
import YAML

/// A canonical tree as the loader makes it, written down as pairs.
private func project(_ service: KeyValuePairs<String, Node>, more: KeyValuePairs<String, Node> = [:]) throws -> Project
{
  var root = Mapping(["services": node(["web": node(service)])])
  for (key, value) in more { root[key] = value }
  return try Project(
    LoadedProject(
      name: "shop", workingDirectory: "/srv/shop", files: ["/srv/shop/compose.yaml"], environment: ["TOKEN": "t"],
      tree: Node(.mapping(root)), profiles: [], disabledServices: Mapping(), warnings: []))
}

private func node(_ pairs: KeyValuePairs<String, Node>) -> Node { Node(.mapping(Mapping(pairs))) }
private func list(_ items: Node...) -> Node { Node(.sequence(items)) }
private func text(_ string: String) -> Node { Node(string) }
private func int(_ number: Int) -> Node { Node(.int(number)) }
private let yes = Node(.bool(true))

@Suite("Canonical tree → typed project")
struct ProjectDecodingTests {
  @Test("Process attributes keep the difference between absent and empty")
  func process() throws {
    let container = try project([
      "image": text("app:1"), "command": list(text("serve")), "entrypoint": Node(.sequence([])),
      "environment": node(["A": text("1"), "B": text(""), "C": Node(.null)]), "user": int(1000), "init": yes,
    ]).services[0].workload.container
    #expect(container.command == ["serve"])
    #expect(container.entrypoint == [])
    #expect(container.environment == ["A": "1", "B": ""])
    #expect(container.user == "1000")
    #expect(container.initProcess)
    #expect(container.workingDirectory == nil)
  }

  @Test("Ports keep ranges, addresses and protocols")
  func ports() throws {
    let ports = try project([
      "image": text("app"),
      "ports": list(
        node(["target": int(80), "published": text("8080"), "protocol": text("tcp"), "mode": text("ingress")]),
        node(["target": int(53), "published": text("5300-5310"), "protocol": text("udp"), "host_ip": text("127.0.0.1")]
        ),
        node(["target": int(9000), "protocol": text("tcp")])),
    ]).services[0].workload.container.ports
    #expect(
      ports == [
        PortSpec(containerPort: 80, hostPorts: 8080...8080),
        PortSpec(containerPort: 53, hostPorts: 5300...5310, hostAddress: "127.0.0.1", transport: .udp),
        PortSpec(containerPort: 9000),
      ])
  }

  @Test("Mounts of every kind are read with their options")
  func mounts() throws {
    let mounts = try project([
      "image": text("app"),
      "volumes": list(
        node([
          "type": text("bind"), "source": text("/srv"), "target": text("/data"), "read_only": yes,
          "bind": node(["propagation": text("rshared"), "create_host_path": Node(.bool(false))]),
        ]),
        node(["type": text("volume"), "source": text("db"), "target": text("/db"), "volume": node(["nocopy": yes])]),
        node([
          "type": text("tmpfs"), "target": text("/run"), "tmpfs": node(["size": text("1048576"), "mode": int(0o1770)]),
        ])),
      "tmpfs": list(text("/tmp:size=64m,mode=755,noexec")),
    ]).services[0].workload.container.mounts
    #expect(mounts.map(\.kind) == [.bind, .volume, .tmpfs, .tmpfs])
    #expect(mounts[0].propagation == "rshared" && !mounts[0].createHostPath && mounts[0].readOnly)
    #expect(mounts[1].noCopy)
    #expect(mounts[2].tmpfsSize == 1 << 20 && mounts[2].tmpfsMode == 0o1770)
    #expect(mounts[3].tmpfsSize == 64 << 20 && mounts[3].tmpfsMode == 0o755 && mounts[3].tmpfsOptions == ["noexec"])
  }

  @Test("deploy wins over the older attributes")
  func deploy() throws {
    let service = try project([
      "image": text("app"), "mem_limit": text("1048576"), "restart": text("always"),
      "deploy": node([
        "replicas": int(3),
        "resources": node(["limits": node(["memory": text("2097152"), "cpus": Node(.float(0.5)), "pids": int(10)])]),
        "restart_policy": node(["condition": text("on-failure"), "max_attempts": int(3), "delay": text("5s")]),
      ]),
    ]).services[0]
    #expect(service.replicas == 3)
    #expect(service.workload.container.resources.memory == 2 << 20)
    #expect(service.workload.container.resources.nanoCPUs == 500_000_000)
    #expect(service.workload.container.resources.pids == 10)
    var policy = RestartPolicy(.onFailure, maximumRetries: 3)
    policy.delay = 5_000_000_000
    #expect(service.workload.container.restart == policy)
  }

  @Test("A health check may be a list, a shell command or switched off")
  func health() throws {
    func test(_ check: KeyValuePairs<String, Node>) throws -> [String]? {
      try project(["image": text("app"), "healthcheck": node(check)]).services[0].workload.container.healthcheck?.test
    }
    #expect(try test(["test": list(text("CMD"), text("true"))]) == ["CMD", "true"])
    #expect(try test(["test": text("curl -f localhost")]) == ["CMD-SHELL", "curl -f localhost"])
    #expect(try test(["disable": yes]) == ["NONE"])
  }

  @Test("What Davit cannot honour is refused by name, and all of it at once")
  func refusals() throws {
    let failures = try #require(throws: Failures.self) {
      let pipe = node(["type": text("npipe"), "source": text("p"), "target": text("/p")])
      return try project(["image": text("app"), "runtime": text("kata"), "volumes": list(pipe)])
    }
    #expect(failures.all.map(\.subject) == ["services.web.volumes[0].type", "services.web.runtime"])
    #expect(failures.all.allSatisfy { $0.code == .unsupported })
  }

  @Test("A mount has an absolute place, and one letter before a colon is told to be a drive")
  func mountPlaces() throws {
    func hints(_ place: String) throws -> [String?] {
      let mount = node(["type": text("volume"), "target": text(place)])
      return try #require(throws: Failures.self) {
        try project(["image": text("app"), "volumes": list(mount)])
      }.all.map(\.hint)
    }
    #expect(try hints("v:/v").first??.contains("drive") == true)
    #expect(try hints("data").first??.contains("begins with /") == true)
  }

  @Test("Models are found by variables that the server's address and their names are in")
  func models() throws {
    let known = node(["llm": node(["model": text("ai/m"), "x-davit": node(["endpoint": text("http://e")])])])
    let service = try project(
      ["image": text("app"), "models": node(["llm": node(["model_var": text("M")])])], more: ["models": known]
    ).services[0]
    #expect(service.workload.container.environment == ["LLM_URL": "http://e", "M": "ai/m"])
  }

  @Test("An attribute that no code reads is named in a warning")
  func unread() throws {
    let warnings = try project(["image": text("app"), "brand_new": text("x"), "x-note": text("mine")]).warnings
    #expect(warnings.map(\.message) == ["services.web.brand_new: not supported, ignored"])
  }

  @Test("A restart policy that does not exist is refused", arguments: ["sometimes", "always:3", "on-failure:x"])
  func restart(policy: String) throws {
    let failures = try #require(throws: Failures.self) {
      try project(["image": text("app"), "restart": text(policy)])
    }
    #expect(failures.all.map(\.subject) == ["services.web.restart"])
  }
}
