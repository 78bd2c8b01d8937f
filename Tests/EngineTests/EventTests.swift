import Diagnostics
import Launch
import Linux
import Testing

@testable import Engine

@Suite struct EventTests {
  private let start = Event(
    .container, "exec_create: sh -c x", id: String(repeating: "ab", count: 32),
    attributes: ["image": "shop/app:1", "name": "web", "tier": "front"])

  @Test(
    "Events are chosen by docker's filters",
    arguments: [
      (["event": ["exec_create"]], true), (["event": ["start"]], false), (["container": ["web"]], true),
      (["container": ["abab"]], true), (["container": ["other", "web"]], true), (["image": ["shop/app"]], true),
      (["image": ["shop"]], false), (["label": ["tier=front"]], true), (["label": ["tier", "absent"]], false),
      (["type": ["network"]], false), (["type": ["container"], "event": ["exec_create"]], true), ([:], true),
    ] as [([String: [String]], Bool)])
  func filters(_ wanted: [String: [String]], _ accepted: Bool) throws {
    #expect(try EventFilters(wanted).accept(start) == accepted)
  }

  @Test("A filter that docker does not have is refused") func unknown() {
    #expect(throws: Failure.self) { try EventFilters(["colour": ["red"]]) }
  }

  @Test("What is noted is read back as it was, whoever wrote it, and none is lost when the journal begins anew")
  func journal() throws {
    let folder = "/tmp/davit-journal-\(Identifier.random().prefix(12))"
    defer { try? removeTree(folder) }
    let engine = Engine(
      host: Host(root: "\(folder)/root", run: "\(folder)/run", cgroupParent: "x", shim: "/nowhere"))
    let log = SharedLog(path: engine.journal.path, limit: 2000)
    let actor = EventText.actor("c", [("name", "a \"quoted\" name"), ("n", "\u{1}")])
    for number in 1...20 {
      try log.append(
        EventText.line(
          type: "container", action: "die", actor: actor, further: [("exitCode", "\(number)")], time: Int64(number)))
    }
    var codes: [String] = []
    let options = EventOptions(
      since: Timestamp(nanoseconds: 0), until: Timestamp(nanoseconds: 100), filters: try EventFilters())
    try engine.events(options) { event in
      #expect(event.id == "c" && event.attributes["name"] == "a \"quoted\" name" && event.attributes["n"] == "\u{1}")
      codes.append(event.attributes["exitCode"] ?? "")
      return true
    }
    #expect(codes.count >= 10 && codes.last == "20", "\(codes)")
    #expect(codes == (21 - codes.count...20).map(String.init), "in order and without a gap")
  }
}
