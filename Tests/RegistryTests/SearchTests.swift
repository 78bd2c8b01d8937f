import Diagnostics
import OCI
import Testing

@testable import Registry

@Suite("Searching a registry")
struct SearchTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test("a registry with a search is asked for the word and as many answers as are wanted")
  func index() throws {
    let server = try RecordingServer { request in
      guard request.path == "/v1/search" else { return .init(status: request.path == "/v2/" ? 200 : 404) }
      let hit = #"{"name":"team/web","description":"serves","star_count":7,"is_official":true,"is_automated":false}"#
      return .init(body: Array(#"{"num_results":2,"query":"web","results":[\#(hit),{"name":"bare"}]}"#.utf8))
    }
    let hits = try Registries(scratch.settings).search("\(server.host)/we b", limit: 10)
    #expect(hits.map(\.name) == ["team/web", "bare"])
    #expect(hits[0].stars == 7 && hits[0].isOfficial && hits[0].description == "serves")
    #expect(server.requests.contains { $0.target == "/v1/search?q=we%20b&n=10" })
  }

  @Test("one without is looked through by its list of repositories, page by page")
  func catalog() throws {
    let server = try RecordingServer { request in
      switch request.target {
      case "/v2/": .init()
      case "/v2/_catalog?n=1000":
        .init(
          headers: [("Link", "</v2/_catalog?n=1000&last=b>; rel=\"next\"")],
          body: Array(#"{"repositories":["a/web","b"]}"#.utf8))
      case "/v2/_catalog?n=1000&last=b": .init(body: Array(#"{"repositories":["web2"]}"#.utf8))
      default: .init(status: 404)
      }
    }
    let hits = try Registries(scratch.settings).search("\(server.host)/web", limit: 25)
    #expect(hits.map(\.name) == ["\(server.host)/a/web", "\(server.host)/web2"])
    #expect(try Registries(scratch.settings).search("\(server.host)/web", limit: 1).count == 1)
    #expect(try Registries(scratch.settings).search("\(server.host)/", limit: 9).count == 3)
  }

  @Test("one that offers neither says so")
  func neither() throws {
    let server = try RecordingServer { .init(status: $0.path == "/v2/" ? 200 : 404) }
    do {
      _ = try Registries(scratch.settings).search("\(server.host)/x", limit: 25)
      Issue.record("it was searched")
    } catch { #expect("\(error)".contains("neither a search nor a list")) }
  }
}
