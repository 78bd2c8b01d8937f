import Diagnostics
import Dockerfile
import OCI
import Testing

@testable import Building

@Suite("Stages of a build")
struct StageTests {
  private func graph(_ text: String, _ change: (inout BuildRequest) -> Void = { _ in }) throws -> StageGraph {
    var request = BuildRequest(
      DockerfileText(file: "Dockerfile", bytes: Array(text.utf8)), context: BuildContext(folder: "/"))
    change(&request)
    return try StageGraph(request.dockerfile.recipe(), request)
  }

  private static let diamond = """
    ARG TAG=1
    FROM base:$TAG AS a
    FROM a AS b
    FROM scratch AS unneeded
    FROM a AS c
    RUN --mount=type=bind,from=b,target=/b true
    FROM scratch
    COPY --from=b / /
    COPY --from=c / /
    COPY --from=other:2 / /
    """

  @Test("Only what the target needs is built, and what waits for nothing at once")
  func needed() throws {
    let whole = try graph(Self.diamond)
    #expect(whole.order == [0, 1, 3, 4])
    #expect(whole.dependencies == [0: [], 1: [0], 3: [0, 1], 4: [1, 3]])
    #expect(whole.bases[0] == .image("base:1", .host) && whole.bases[4] == .scratch)
    let part = try graph(Self.diamond) {
      $0.target = "B"
      $0.arguments["TAG"] = "2"
    }
    #expect(part.order == [0, 1] && part.bases[0] == .image("base:2", .host))
  }

  @Test("A target that is no stage is refused, and so is an empty base")
  func refused() {
    #expect(throws: Failure.self) { try graph("FROM a\n") { $0.target = "b" } }
    #expect(throws: Failure.self) { try graph("ARG X\nFROM $X\n") }
  }

  private func state(_ text: String, given: [String: String] = [:]) throws -> StageState {
    let recipe = try Recipe(SyntaxTree(parsing: Array(("FROM scratch\n" + text).utf8)))
    var state = StageState(escape: "\\", latest: 0)
    for step in recipe.stages[0].steps { #expect(try state.applySetting(step.action, ["G": "global"], given)) }
    return state
  }

  @Test("Variables have the value of the last ARG or ENV, and one ENV does not see its own values")
  func variables() throws {
    let state = try state("ARG A=1 B G\nENV X=$A Y=${B:-none}\nENV X=2 Z=$X\nLABEL l=$G-$Z\n", given: ["B": "given"])
    #expect(state.config.environment.dropFirst(0).contains("Z=1"))
    #expect(state.variables["Y"] == "given" && state.variables["X"] == "2")
    #expect(state.config.labels == ["l": "global-1"])
    #expect(
      state.history.map(\.createdBy!) == [
        "ARG A=1 B=given G=global", "ENV X=1 Y=given", "ENV X=2 Z=1", "LABEL l=global-1",
      ])
  }

  @Test("An ENTRYPOINT takes a base image's command away, but not one of the same Dockerfile")
  func entrypoint() throws {
    #expect(try state("CMD a\nENTRYPOINT [\"b\"]\n").config.command == ["/bin/sh", "-c", "a"])
    #expect(try state("SHELL [\"/x\"]\nENTRYPOINT b\n").config.entrypoint == ["/x", "b"])
  }

  @Test("EXPOSE takes ranges and transports, and refuses what is no port")
  func expose() throws {
    #expect(try state("EXPOSE 80 8000-8001/udp\n").config.exposedPorts == ["80/tcp", "8000/udp", "8001/udp"])
    #expect(throws: WordLexer.SyntaxError.self) { try state("EXPOSE http\n") }
  }

  @Test("Every part of a step's description changes its key, and no two lists of parts are written the same")
  func keys() {
    func key(_ parts: [(String, String)]) -> Digest {
      var description = StepDescription(Digest.sha256(of: []))
      for (name, value) in parts { description.add(.option, name, value) }
      return description.key
    }
    let keys = [
      key([]), key([("a", "b")]), key([("b", "a")]), key([("a", "b"), ("a", "b")]), key([("a\tb", "")]),
      key([("a", "b\noption\ta\tb")]), key([("a", "b\\n")]), key([("a", "b\n")]),
    ]
    #expect(Set(keys).count == keys.count)
  }

  @Test("Paths of a copy are cleaned, and a slash at the end means a folder")
  func paths() {
    #expect(CopyPaths.absolute("x/../y", in: "/w") == "/w/y")
    #expect(CopyPaths.absolute(".", in: "/w") == "/w/")
    #expect(CopyPaths.absolute("../../a/", in: "/w") == "/a/")
    #expect(CopyPaths.absolute("/", in: "/w") == "/")
  }
}
