@testable import Compose
import Diagnostics
import Planning
import Reconciling
import Spec
import Testing
import YAML

@Suite("Project → desired state")
struct LoweringTests {
  private func service(_ name: String, _ change: (inout Service) -> Void = { _ in }) -> Service {
    var service = Service(
      name: name, workload: Workload(container: ContainerSpec(name: "", image: "app:1")), replicas: 1, fixedName: nil,
      attach: true, onUnhealthy: .none, profiles: [], mark: .none)
    change(&service)
    return service
  }

  private func project(_ services: [Service], _ change: (inout Project) -> Void = { _ in }) throws -> Project {
    var project = try Project(
      LoadedProject(
        name: "shop", workingDirectory: "/srv", files: ["/srv/compose.yaml"], environment: [:],
        tree: Node(.mapping(Mapping())), profiles: [], disabledServices: Mapping(), warnings: []))
    project.services = services
    change(&project)
    return project
  }

  private let surroundings = Lowering.Surroundings(
    imageID: { reference, _ in reference == "gone" ? nil : "sha256:" + reference },
    read: { path in
      path == "/missing" ? try { throw Failure(.notFound, "no such file") }() : Array("bytes of \(path)".utf8)
    },
    isDirectory: { $0 == "/folder" }, digest: { "sha256:\($0.count)" })

  @Test("Replicas are named after project, service and number, and know their image")
  func replicas() throws {
    let desired = try Lowering.desired(project([service("web") { $0.replicas = 2 }]), surroundings)
    #expect(desired.services[0].containers.map(\.name) == ["shop-web-1", "shop-web-2"])
    #expect(desired.services[0].containers.allSatisfy { $0.imageID == "sha256:app:1" })
    #expect(desired.services[0].containers[1].labels["com.docker.compose.container-number"] == "2")
  }

  @Test("--scale wins over the file, and a fixed name allows one container only")
  func scale() throws {
    var options = Lowering.Options()
    options.scale = ["web": 3]
    #expect(
      try Lowering.desired(project([service("web")]), surroundings, options: options).services[0].containers.count == 3)
    #expect(throws: Failures.self) {
      try Lowering.desired(project([service("web") { $0.fixedName = "w" }]), surroundings, options: options)
    }
  }

  @Test("A seccomp profile that is named by a file is read from the project, so that its change is a change")
  func seccomp() throws {
    func options(_ written: [String]) throws -> [String] {
      let web = service("web") { $0.workload.container.securityOptions = written }
      return try Lowering.desired(project([web]), surroundings).services[0].containers[0].securityOptions
    }
    #expect(
      try options(["seccomp:./p.json", "seccomp=/abs.json", "seccomp=unconfined", "no-new-privileges:true"]) == [
        "seccomp=bytes of /srv/./p.json", "seccomp=bytes of /abs.json", "seccomp=unconfined", "no-new-privileges:true",
      ])
    #expect(throws: Failures.self) { try options(["seccomp=/missing"]) }
  }

  @Test("Networks, volumes and other services are referred to by their names on this machine")
  func references() throws {
    let web = service("web") {
      $0.workload.container.networks = [NetworkAttachment(network: "back")]
      $0.workload.container.mounts = [MountSpec(.volume, source: "data", target: "/data")]
      $0.workload.container.links = ["db:database"]
      $0.workload.container.volumesFrom = ["db:ro", "container:other"]
      $0.workload.container.pid = .container("service:db")
    }
    let sidecar = service("sidecar") { $0.workload.container.networkMode = .container("service:web") }
    let desired = try Lowering.desired(
      project([web, sidecar, service("db")]) {
        $0.networks = [.init(key: "back", definition: NetworkSpec(name: "shop_back"), external: false)]
        $0.volumes = [.init(key: "data", definition: VolumeSpec(name: "shop_data"), external: false)]
      }, surroundings)
    let container = desired.services[0].containers[0]
    #expect(container.networks.map(\.network) == ["shop_back"])
    #expect(container.networks[0].aliases == ["web"])
    #expect(container.mounts[0].source == "shop_data")
    #expect(container.links == ["shop-db-1:database"])
    #expect(container.volumesFrom == ["shop-db-1:ro", "other"])
    #expect(container.pid == .container("shop-db-1"))
    #expect(desired.services[1].containers[0].networkMode == .container("shop-web-1"))
    #expect(desired.networks[0].spec.labels["com.docker.compose.network"] == "back")
  }

  @Test("Secrets and configs arrive with content, digest and their default places")
  func files() throws {
    let web = service("web") {
      $0.workload.secrets = [.init(source: "token", mode: 0o400, mark: .none)]
      $0.workload.configs = [
        .init(source: "site", mark: .none), .init(source: "tree", target: "/etc/tree", mark: .none),
      ]
    }
    let desired = try Lowering.desired(
      project([web]) {
        $0.secrets = [
          .init(key: "token", definition: .init(name: "token", origin: .content("abc"), mark: .none), external: false)
        ]
        $0.configs = [
          .init(key: "site", definition: .init(name: "site", origin: .file("/site"), mark: .none), external: false),
          .init(key: "tree", definition: .init(name: "tree", origin: .file("/folder"), mark: .none), external: false),
        ]
      }, surroundings)
    let container = desired.services[0].containers[0]
    #expect(container.files.map(\.target) == ["/run/secrets/token", "/site"])
    #expect(container.files[0].content == Array("abc".utf8) && container.files[0].mode == 0o400)
    #expect(container.mounts == [MountSpec(.bind, source: "/folder", target: "/etc/tree", readOnly: true)])
  }

  @Test("Everything that cannot be resolved is reported in one go")
  func failures() throws {
    let web = service("web") {
      $0.workload.container.image = "gone"
      $0.workload.secrets = [.init(source: "token", mark: .none)]
    }
    let failures = try #require(throws: Failures.self) {
      try Lowering.desired(
        project([web]) {
          $0.secrets = [
            .init(
              key: "token", definition: .init(name: "token", origin: .environment("TOKEN", value: nil), mark: .none),
              external: false)
          ]
        }, surroundings)
    }
    #expect(failures.all.map(\.subject) == ["services.web.image", "services.web.secrets.token"])
  }
}
