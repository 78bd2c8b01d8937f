import Testing

@testable import EngineAPI

@Suite("What contradicts itself is refused before a container is there")
struct CreationChecksTests {
  private func check(_ host: String, processors: Int = 2) throws {
    try RequestBody.decode(CreateRequest.self, Array(#"{"Image":"x","HostConfig":\#(host)}"#.utf8))
      .check(processors: processors)
  }

  @Test(
    "Modes, limits and options that there are not",
    arguments: [
      #"{"IpcMode":"zz"}"#, #"{"PidMode":"zz"}"#, #"{"PidMode":"container:"}"#, #"{"UTSMode":"container:a"}"#,
      #"{"CgroupnsMode":"zz"}"#, #"{"MemorySwappiness":101}"#, #"{"OomScoreAdj":2000}"#, #"{"CpuQuota":10}"#,
      #"{"NanoCpus":500000000,"CpuQuota":5000}"#, #"{"NanoCpus":3000000000}"#, #"{"CpusetCpus":"2"}"#,
      #"{"CpusetCpus":"a"}"#, #"{"CpusetCpus":"1-0"}"#, #"{"CpusetCpus":"0-"}"#, #"{"SecurityOpt":["zz=1"]}"#,
      #"{"SecurityOpt":["seccomp"]}"#,
    ])
  func refused(host: String) {
    #expect(#expect(throws: APIError.self) { try check(host) }?.status == 400)
  }

  @Test(
    "What is right passes",
    arguments: [
      #"{"IpcMode":"container:a","PidMode":"host","UTSMode":"host","CgroupnsMode":"private"}"#,
      #"{"MemorySwappiness":-1,"OomScoreAdj":-1000,"NanoCpus":2000000000,"CpusetCpus":"0-1,1"}"#,
      #"{"SecurityOpt":["no-new-privileges","label=disable","seccomp=unconfined","apparmor:unconfined"]}"#,
      #"{"CpuPeriod":100000,"CpuQuota":-1}"#,
    ])
  func accepted(host: String) throws { try check(host) }

  @Test(
    "Addresses and health checks are looked at, too",
    arguments: [
      #""MacAddress":"zz""#, #""Healthcheck":{"Test":["CMD","x"],"Interval":5}"#,
      #""Healthcheck":{"Test":["CMD","x"],"Retries":-1}"#,
      #""NetworkingConfig":{"EndpointsConfig":{"bridge":{"IPAMConfig":{"IPv4Address":"172.17.0.9"}}}}"#,
    ])
  func others(member: String) throws {
    let request = try RequestBody.decode(CreateRequest.self, Array(#"{"Image":"x",\#(member)}"#.utf8))
    #expect(#expect(throws: APIError.self) { try request.check(processors: 2) }?.status == 400)
  }

  @Test("A body that says that it is a form is none")
  func contentType() throws {
    #expect(throws: APIError.self) { try RequestBody.check(contentType: "text/plain") }
    try RequestBody.check(contentType: "application/json; charset=utf-8")
    try RequestBody.check(contentType: nil)
  }
}
