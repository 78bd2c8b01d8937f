import Engine
import Linux
import Spec
import Testing

@testable import Commands

@Suite("ps --format json") struct ContainerRows {
  @Test("has the keys and the words of docker compose") func row() {
    var spec = ContainerSpec(name: "shop-web-1", image: "app:1")
    spec.labels = ["b": "2", "a": "1"]
    spec.expose = ["9000-9001"]
    var record = ContainerRecord(
      id: String(repeating: "ab", count: 32), spec: spec, owner: Ownership(project: "shop", service: "web", number: 1),
      created: Timestamp(nanoseconds: 0), arguments: ["sh", "-c", "while true; do echo; done"])
    record.volumes = [.init(name: "shop_a-rather-long-name", target: "/data")]
    var view = ContainerView(record: record)
    view.state = .running
    view.health = HealthView(status: .healthy)
    view.startedAt = Timestamp(nanoseconds: 100_000_000_000)
    view.ports = [BoundPort(hostAddress: "127.0.0.1", hostPort: 8080, containerPort: 80, transport: .tcp)]
    let row = ContainerRow(view: view, now: Timestamp(nanoseconds: 105_000_000_000)).json
    #expect(row["ID"] == "abababababab" && row["Name"] == "shop-web-1" && row["Service"] == "web")
    #expect(row["Command"] == "\"sh -c 'while true; …\"")
    #expect(row["Status"] == "Up 5 seconds (healthy)" && row["Health"] == "healthy" && row["State"] == "running")
    #expect(row["Ports"] == "9000-9001/tcp, 127.0.0.1:8080->80/tcp")
    #expect(row["Labels"] == "a=1,b=2" && row["LocalVolumes"] == "1" && row["Mounts"] == "shop_a-rather-…")
    #expect(
      row["Publishers"]?.compact
        == #"[{"URL":"127.0.0.1","TargetPort":80,"PublishedPort":8080,"Protocol":"tcp"},{"URL":"","TargetPort":9000,"PublishedPort":0,"Protocol":"tcp"},{"URL":"","TargetPort":9001,"PublishedPort":0,"Protocol":"tcp"}]"#
    )
  }

  @Test("names a container without its project, unless it has a name of its own") func shortNames() {
    func short(_ name: String) -> String {
      let record = ContainerRecord(
        id: "", spec: ContainerSpec(name: name, image: ""),
        owner: Ownership(project: "shop", service: "web", number: 1),
        created: .now())
      return ContainerView(record: record).shortName
    }
    #expect(short("shop-web-1") == "web-1" && short("shop_web_1") == "web_1")
    #expect(short("postgres") == "postgres" && short("shopping") == "shopping" && short("shop-") == "shop-")
  }
}
