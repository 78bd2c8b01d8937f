import Planning
import Spec
import Testing

@Suite struct SecrecyTests {
  @Test(
    "a variable whose name says so never shows its value",
    arguments: ["POSTGRES_PASSWORD", "api_token", "AWS_SECRET_ACCESS_KEY", "DB_PASS", "APP_SECRET"])
  func names(_ name: String) throws {
    #expect(
      try Project.difference({ $0.environment[name] = "old-one" }) { $0.environment[name] = "new-one" }
        == ["recreate", "services.web.environment.\(name): changed (value hidden)"])
    #expect(
      try Project.difference { $0.environment[name] = "new-one" }
        == ["recreate", "services.web.environment.\(name): set (value hidden)"])
  }

  @Test("the path of a secret is none")
  func path() throws {
    #expect(
      try Project.difference { $0.environment["DB_PASSWORD_FILE"] = "/run/secrets/db" }[1]
        == "services.web.environment.DB_PASSWORD_FILE: unset → \"/run/secrets/db\"")
  }

  @Test("passwords inside of URLs and options are hidden, the rest is not")
  func inside() throws {
    #expect(
      try Project.difference({ $0.environment["URL"] = "redis://u:one@h:6379/0" }) {
        $0.environment["URL"] = "redis://u:two@other:6379/0"
      }[1] == "services.web.environment.URL: \"redis://u:***@h:6379/0\" → \"redis://u:***@other:6379/0\"")
    #expect(
      try Project.difference({ $0.environment["URL"] = "redis://u:one@h" }) {
        $0.environment["URL"] = "redis://u:two@h"
      }[1] == "services.web.environment.URL: changed (value hidden)")
    #expect(
      try Project.difference { $0.command = ["server", "--requirepass", "s3cret", "--password=x1", "--port", "1"] }[1]
        == "services.web.command: unset → [\"server\", \"--requirepass\", (hidden), \"--password=***\", \"--port\", \"1\"]"
    )
  }

  @Test("a plan that is shown as JSON has none of them, one that is saved has what it needs")
  func json() throws {
    let desired = Project.web {
      $0.environment["DB_PASSWORD"] = "hunter2"
      $0.files = [
        FileSpec(.secret, name: "s", target: "/run/secrets/s", content: Array("topsecret".utf8), contentDigest: "d")
      ]
    }
    let plan = try Plan.up(desired, Observed())
    let shown = try PlanJSON.render(plan)
    #expect(!shown.contains("hunter2") && !shown.contains("topsecret"))
    let saved = try PlanJSON.render(plan, hidingSecrets: false)
    #expect(saved.contains("hunter2") && !saved.contains("topsecret"))
  }
}
