import Testing

@testable import Registry

@Suite("Challenges")
struct ChallengeTests {
  @Test("a bearer challenge is read with its quoted parameters")
  func bearer() {
    let header =
      #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#
    #expect(
      Challenge.parse(header) == [
        Challenge(
          scheme: "bearer",
          parameters: [
            "realm": "https://auth.docker.io/token", "service": "registry.docker.io",
            "scope": "repository:a/b:pull,push",
          ])
      ])
  }

  @Test("several challenges in one header are told apart")
  func several() {
    let found = Challenge.parse(#"Basic realm="a, b\"c", Bearer realm=x , error=invalid_token, Negotiate"#)
    #expect(found.map(\.scheme) == ["basic", "bearer", "negotiate"])
    #expect(found[0].parameters["realm"] == "a, b\"c")
    #expect(found[1].parameters == ["realm": "x", "error": "invalid_token"])
  }

  @Test(
    "nonsense is no challenge and no endless loop", arguments: ["", ",,,", "=", "\"", "Basic =\"", "= = =", ", \t ,"])
  func nonsense(header: String) { _ = Challenge.parse(header) }
}
