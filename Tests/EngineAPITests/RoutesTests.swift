import EngineAPI
import Testing

@Suite struct RoutesTests {
  @Test("A path names its version, its route, and an image's reference with all slashes")
  func names() throws {
    let target = try RequestTarget("/v1.47/images/registry.example:5000/team/app:1/json?size=1&names=a&names=b")
    #expect(target.version == APIVersion(1, 47))
    let match = try Routes.match("GET", target.path)
    #expect(match.endpoint == .inspectImage)
    #expect(match.name == "registry.example:5000/team/app:1")
    #expect(target.query.isOn("size"))
    #expect(target.query.all("names") == ["a", "b"])
  }

  @Test(
    "Versions that are not spoken are refused by number",
    arguments: [("/v1.23/info", "1.24"), ("/v1.99/info", "1.51")])
  func versions(uri: String, bound: String) {
    let error = #expect(throws: APIError.self) { try RequestTarget(uri) }
    #expect(error?.status == 400)
    #expect(error?.message.contains(bound) == true)
  }

  @Test("A path without a route is 404, one with another method 405")
  func unknown() {
    #expect(#expect(throws: APIError.self) { try Routes.match("GET", ["nothing"]) }?.status == 404)
    #expect(#expect(throws: APIError.self) { try Routes.match("PATCH", ["containers", "json"]) }?.status == 405)
  }

  @Test("An engine that is no member of a swarm says so on each of its routes")
  func swarm() throws {
    for path in [["swarm"], ["nodes"], ["services", "create"], ["secrets", "x"], ["configs"], ["tasks"]] {
      #expect(try Routes.match("GET", path).endpoint == .swarm)
    }
  }
}
