import Diagnostics
import Testing

@testable import Compose

@Suite struct JobTests {
  private func jobs(_ text: String) throws -> [Job] {
    try load("services: {db: {image: db, ports: [\"1:1\"], restart: always}}\nx-davit-jobs:\n" + text).jobs
  }

  private func problems(_ text: String) -> String {
    do {
      _ = try jobs(text)
      return ""
    } catch { return "\(error)" }
  }

  @Test("A job is a service's definition with what it says itself over it, run once")
  func definition() throws {
    let folder = try ComposeFolder([
      "compose.yaml": """
      services:
        db: {image: "db:1", ports: ["1:1"], restart: always, environment: {A: a, B: b}, command: [serve], deploy: {replicas: 3}}
      x-davit-jobs:
        backup:
          service: db
          command: [dump, "$${HOME}"]
          environment: [B=2]
          schedule: "30 3 * * *"
          retries: 2
          timeout: 5m
          concurrency: replace
        own: {image: busybox, command: "true", mem_limit: 64m}
      """
    ])
    let jobs = try folder.load().jobs
    #expect(jobs.map(\.name) == ["backup", "own"])
    #expect(jobs[0].retries == 2 && jobs[0].timeout == 300_000_000_000 && jobs[0].concurrency == .replace)
    let backup = try folder.load { $0.overlay = jobs[0].overlay }.tree["services"]?["db"]
    #expect(try backup?["command"] == yaml("[dump, \"${HOME}\"]"))
    #expect(try backup?["environment"] == yaml("{A: a, B: \"2\"}"))
    #expect(backup?["restart"]?.string == "no" && backup?["ports"] == nil)
    #expect(try backup?["deploy"]?["replicas"] == yaml("1"))
    let own = try folder.load { $0.overlay = jobs[1].overlay }.tree["services"]?["own"]
    #expect(own?["image"]?.string == "busybox" && own?["mem_limit"]?.string == "67108864")
  }

  @Test("What is wrong with a job is told where it is written, all of it at once")
  func errors() {
    let text = problems(
      """
        a: {service: dv, schedule: "61 * * * *", concurrency: maybe}
        db: {image: x}
        c: {service: db, comand: x, timeout: soon, retries: -1}
        d: 5
      """)
    for expected in [
      "compose.yaml:3:16: x-davit-jobs.a.service: there is no service `dv`",
      "x-davit-jobs.a.schedule: `61` is no minute", "x-davit-jobs.a.concurrency: `maybe`",
      "x-davit-jobs.db: there is a service of this name already", "services.c: unknown attribute `comand`",
      "x-davit-jobs.c.timeout",
      "x-davit-jobs.c.retries", "x-davit-jobs.d: must be a mapping",
    ] { #expect(text.contains(expected), "\(expected) in \(text)") }
  }
}
