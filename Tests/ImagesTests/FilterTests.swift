import Diagnostics
import Linux
import OCI
import Testing

@testable import Images

@Suite("Lists of images are narrowed as Docker narrows them", .enabled(if: isRoot, "owners of files need root"))
struct FilterTests {
  private let scratch: Scratch
  private let store: ImageStore

  init() throws {
    scratch = try Scratch()
    store = ImageStore(root: scratch.path + "/root")
    for (name, created, labels) in [
      ("team/old:1", "2024-01-01T00:00:00Z", ["tier": "front"]),
      ("team/mid:1.2", "2024-02-01T00:00:00Z", ["tier": "back"]),
      ("host:5000/new:1", "2024-03-01T00:00:00Z", [:]),
    ] {
      var tar = TestTar()
      tar.add("a", Array(name.utf8))
      var request = ImportRequest(.path(try scratch.write(tar.finished, "a.tar")), name: try Reference(name))
      request.created = created
      request.changes = labels.map { "LABEL \($0.key)=\($0.value)" }
      _ = try store.importRootFileSystem(request)
    }
    // What it stood for before stays without a name.
    try store.tag("team/old:1", as: Reference("team/mid:1.2"))
  }

  private func names(_ conditions: KeyValuePairs<String, String>) throws -> [String] {
    let filter = try ImageFilter(conditions.map { ($0.key, $0.value) }) { Timestamp($0)! }
    return try store.list(filter).map { $0.name?.familiar ?? "<none>" }
  }

  @Test("by pattern, label, age, neighbour and whether anything names it")
  func filters() throws {
    #expect(try names([:]) == ["host:5000/new:1", "<none>", "team/mid:1.2", "team/old:1"])
    #expect(try names(["reference": "team/*"]) == ["team/mid:1.2", "team/old:1"])
    #expect(try names(["reference": "*:1"]).isEmpty)
    #expect(try names(["reference": "*/*:1"]) == ["host:5000/new:1", "team/old:1"])
    #expect(try names(["reference": "docker.io/team/o?d", "reference": "host:5000/new"]).count == 2)
    #expect(try names(["label": "tier=front"]) == ["team/mid:1.2", "team/old:1"])
    #expect(try names(["label": "tier", "label": "tier=back"]) == ["<none>"])
    #expect(try names(["label!": "tier"]) == ["host:5000/new:1"])
    #expect(try names(["dangling": "true"]) == ["<none>"])
    #expect(try names(["dangling": "0", "reference": "team/*"]) == ["team/mid:1.2", "team/old:1"])
    #expect(try names(["before": "host:5000/new:1"]) == ["<none>", "team/mid:1.2", "team/old:1"])
    #expect(try names(["since": "team/old:1"]) == ["host:5000/new:1", "<none>"])
    #expect(try names(["until": "2024-02-01T00:00:00Z"]) == ["team/mid:1.2", "team/old:1"])
  }

  @Test("what makes no sense is refused", arguments: ["foo", "dangling", "since"])
  func refused(_ key: String) {
    #expect(throws: Failure.self) { try names([key: "maybe"]) }
  }

  @Test("prune takes what the filter means and nothing else, and never what a container uses")
  func prune() throws {
    func prune(_ conditions: KeyValuePairs<String, String>, all: Bool = true, used: [String] = []) throws -> [String] {
      let filter = try ImageFilter(conditions.map { ($0.key, $0.value) }, known: ImageFilter.Key.pruning) {
        Timestamp($0)!
      }
      let uses = try used.map {
        ImageUse(container: "c", containerName: "c", imageID: try store.resolve($0).id.description, running: false)
      }
      return try store.prune(all: all, filter) { uses }.removals.compactMap { removal -> String? in
        if case .untagged(let name) = removal { return name.familiar }
        return nil
      }
    }
    #expect(throws: Failure.self) { try prune(["reference": "a"]) }
    #expect(try prune(["label": "tier=front"], used: ["team/old:1"]).isEmpty)
    #expect(try prune(["until": "2024-01-01T00:00:00Z"]).isEmpty)
    #expect(try store.list().count == 4)
    #expect(try prune([:], all: false).isEmpty)
    #expect(try store.list().count == 3)
    #expect(try prune(["label": "tier=front"]).sorted() == ["team/mid:1.2", "team/old:1"])
    #expect(try store.list().map { $0.name?.familiar } == ["host:5000/new:1"])
  }
}
