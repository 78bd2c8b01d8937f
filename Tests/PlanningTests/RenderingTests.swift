import Planning
import Spec
import Testing

@Suite struct RenderingTests {
  private func plan() throws -> Plan {
    var web = Project.service("web")
    web.containers[0].environment["LOG_LEVEL"] = "info"
    web.dependencies = [Dependency(service: "db", condition: .healthy)]
    let before = Project.make([web, Project.service("cache"), Project.service("old")])
    var db = Project.service("db")
    db.containers[0].healthcheck = HealthcheckSpec(test: ["CMD", "ok"])
    var after = Project.make([web, Project.service("cache"), db])
    after.services[0].containers[0].environment["LOG_LEVEL"] = "debug"
    after.services[1].containers[0].labels["tier"] = "1"
    var options = UpOptions()
    options.removeOrphans = true
    var first = before
    first.services[0].dependencies = []
    return try Plan.up(after, Project.running(first), options)
  }

  @Test("a plan is readable")
  func text() throws {
    #expect(
      PlanText().render(try plan()) == """
          - remove    container  shop-old-1
                orphan: the project has no service old any more
          + create    container  shop-db-1
                does not exist
        -/+ recreate  container  shop-web-1
                services.web.environment.LOG_LEVEL: "info" → "debug"
                begins when db is healthy
          ~ update    container  shop-cache-1
                services.cache.labels.tier: unset → "1"

        Plan: 1 to create, 1 to recreate, 1 to remove, 1 to update.

        """)
  }

  @Test("colour only where it is asked for")
  func colour() throws {
    #expect(!PlanText().render(try plan()).contains("\u{1B}"))
    #expect(PlanText(colour: true).render(try plan()).contains("\u{1B}[32m  + create    container  shop-db-1\u{1B}[0m"))
  }

  @Test("an empty plan says that there is nothing to do")
  func empty() throws {
    let plan = try Plan.up(Project.web(), Project.running(Project.web()))
    #expect(PlanText().render(plan) == "Nothing to do: project shop is as it should be.\n")
  }

  @Test("the JSON form says everything, and the same again when it is read")
  func json() throws {
    let plan = try Plan.up(Project.web { $0.stopGracePeriod = 1 }, Observed())
    let text = try PlanJSON.render(plan, hidingSecrets: false)
    #expect(try PlanJSON.read(Array(text.utf8)) == plan)
    #expect(text.hasPrefix("{\n  \"changes\" : ["))
    #expect(text.contains("\"version\" : 1"))
    #expect(
      text.contains(
        """
              "action" : "container.start",
              "after" : [
                1,
                2
              ],
              "container" : {
                "id" : "",
                "name" : "shop-web-1"
              },
              "id" : 3,
        """))
  }

  @Test("every plan survives being written and read")
  func roundTrip() {
    Scenario.forAll(200) { run in
      guard let plan = try run.plan else { return }
      let text = try PlanJSON.render(plan, hidingSecrets: false)
      if try PlanJSON.read(Array(text.utf8)) != plan { throw Broken("not the same after reading", plan) }
    }
  }

  @Test("a plan of another version, or with changes out of order, is refused")
  func refused() throws {
    let text = try PlanJSON.render(Plan.up(Project.web(), Observed()))
    #expect(
      Project.failure { try PlanJSON.read(Array(text.replacing("\"version\" : 1", with: "\"version\" : 9").utf8)) }?
        .code == .unsupported)
    #expect(
      Project.failure { try PlanJSON.read(Array(text.replacing("\"id\" : 3", with: "\"id\" : 4").utf8)) }?.code
        == .corrupt)
    #expect(Project.failure { try PlanJSON.read(Array("{}".utf8)) }?.code == .corrupt)
  }
}
