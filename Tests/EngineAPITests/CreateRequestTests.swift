import EngineAPI
import Spec
import Testing

@Suite struct CreateRequestTests {
  private func spec(_ json: String) throws -> ContainerSpec {
    try RequestBody.decode(CreateRequest.self, Array(json.utf8)).spec(name: "x")
  }

  @Test("Ports, mounts and networks of a request become those of the container")
  func mapping() throws {
    let spec = try spec(
      """
      {"Image":"busybox","Cmd":"true","Env":["A=1=2"],"ExposedPorts":{"80/tcp":{}},"Volumes":{"/anon":{}},
       "HostConfig":{"Binds":["/src:/dst:ro","data:/data"],"PortBindings":{"53/udp":[{"HostIp":"127.0.0.1","HostPort":"5353"}]},
        "NetworkMode":"net1","RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"GroupAdd":[7],"Memory":67108864},
       "NetworkingConfig":{"EndpointsConfig":{"net1":{"Aliases":["a"],"IPAMConfig":{"IPv4Address":"10.1.0.9"}},"net2":null}}}
      """)
    #expect(spec.command == ["true"])
    #expect(spec.environment == ["A": "1=2"])
    #expect(spec.mounts.map(\.target) == ["/anon", "/dst", "/data"])
    #expect(spec.mounts.map(\.kind) == [.volume, .bind, .volume])
    #expect(spec.mounts[1].readOnly)
    #expect(spec.ports.first?.hostPorts == 5353...5353)
    #expect(spec.ports.first?.transport == .udp)
    #expect(spec.networks.map(\.network) == ["net1", "net2"])
    #expect(spec.networks[0].ipv4Address == "10.1.0.9")
    #expect(spec.restart == RestartPolicy(.onFailure, maximumRetries: 3))
    #expect(spec.groups == ["7"])
    #expect(spec.resources.memory == 64 << 20)
  }

  @Test(
    "What makes no sense is refused before anything is made",
    arguments: [
      #"{}"#, #"{"Image":"x","HostConfig":{"Binds":["/a:b"]}}"#, #"{"Image":"x","HostConfig":{"Binds":["/a:/b:zz"]}}"#,
      #"{"Image":"x","HostConfig":{"PortBindings":{"0/tcp":[{}]}}}"#,
      #"{"Image":"x","HostConfig":{"RestartPolicy":{"Name":"sometimes"}}}"#,
      #"{"Image":"x","HostConfig":{"Memory":1024}}"#, #"{"Image":"x","WorkingDir":"relative"}"#,
      #"{"Image":"x","HostConfig":{"DeviceRequests":[{"Count":-1,"Capabilities":[["tpu"]]}]}}"#, #"[1]"#,
      #"{"Image":5}"#,
    ])
  func refused(json: String) {
    #expect(#expect(throws: APIError.self) { try spec(json) }?.status == 400)
  }

  @Test("Filters are read in both forms that clients send")
  func filters() throws {
    #expect(try Filters(#"{"status":["running"]}"#)["status"] == ["running"])
    #expect(try Filters(#"{"status":{"running":true}}"#)["status"] == ["running"])
    #expect(throws: APIError.self) { try Filters("running") }
  }
}
