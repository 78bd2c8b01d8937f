import Dockerfile
import Testing

@Suite("Instructions → stages")
struct RecipeTests {
  private func read(_ text: String) throws -> Recipe { try Recipe(SyntaxTree(parsing: Array(text.utf8))) }

  private func refusal(_ text: String) -> SyntaxFailure? {
    do { _ = try read(text) } catch { return error as? SyntaxFailure }
    return nil
  }

  @Test("Each FROM begins a stage; ARG in front of the first belongs to none")
  func stages() throws {
    let recipe = try read(
      "ARG V=1\nFROM --platform=$BUILDPLATFORM a:$V AS Build\nRUN x\nFROM scratch\nCOPY --from=build /x /\n")
    #expect(recipe.arguments.map(\.name) == ["V"] && recipe.arguments[0].value == "1")
    #expect(recipe.stages.map(\.name) == ["build", nil])
    #expect(recipe.stages[0].platform == "$BUILDPLATFORM" && recipe.stages[0].base == "a:$V")
    guard case .copy(let copying) = recipe.stages[1].steps[0].action else { throw refusal("")! }
    #expect(copying.from == "build" && copying.sources == ["/x"] && copying.destination == "/")
  }

  @Test("An unknown flag or instruction is named, with its line and what is known there")
  func unknown() throws {
    let flag = try #require(refusal("FROM a\nCOPY --form=b x y\n"))
    #expect(flag.message == "unknown flag: --form" && flag.lines == 2...2)
    #expect(flag.unknown?.known.contains("from") == true)
    let instruction = try #require(refusal("FROM a\n\nRUM x\n"))
    #expect(instruction.message == "unknown instruction: RUM" && instruction.lines == 3...3)
  }

  @Test(
    "What BuildKit refuses is refused",
    arguments: [
      "RUN x\n", "FROM a b\n", "FROM a AS 1x\n", "FROM a\nCOPY x\n", "FROM a\nSHELL sh\n", "FROM a\nWORKDIR\n",
      "FROM a\nONBUILD ONBUILD RUN x\n", "FROM a\nONBUILD FROM x\n", "FROM a\nHEALTHCHECK NONE x\n",
      "FROM a\nHEALTHCHECK --interval=1us CMD x\n", "FROM a\nHEALTHCHECK CMD\n", "FROM a\nENV =x\n",
      "FROM a\nCOPY --link=maybe x y\n", "FROM a\nCOPY --from=a --from=b x y\n", "FROM a\nRUN --network=x y\n",
      "FROM a\nCOPY x <<EOF\nEOF\n", "FROM a\nRUN --mount=type=bind,from=$X,target=/x y\n",
      "FROM a\nADD --parents x y\n",
    ])
  func refused(_ text: String) { #expect(refusal(text) != nil) }

  @Test("A health check's times are nanoseconds")
  func healthcheck() throws {
    let recipe = try read("FROM a\nHEALTHCHECK --interval=1m30s --timeout=1.5s --retries=3 CMD curl x\n")
    guard case .healthcheck(let settings) = recipe.stages[0].steps[0].action else { throw refusal("")! }
    #expect(settings.interval == 90_000_000_000 && settings.timeout == 1_500_000_000 && settings.retries == 3)
    #expect(settings.test == ["CMD-SHELL", "curl x"])
  }

  @Test("A mount's fields are checked against its type")
  func mounts() throws {
    func mount(_ text: String) throws -> MountOption { try MountOption(text) { (text: String) in text } }
    #expect(try mount("type=cache,target=/x,sharing=locked,id=a,mode=0755").readOnly == false)
    #expect(try mount("target=/x,source=y").readOnly)
    #expect(try mount("type=tmpfs,target=/x,size=64m").size == 64 << 20)
    for text in ["type=fifo", "type=bind,mode=1", "type=secret", "type=bind,sharing=locked", "type=bind,size=1", "x=y"]
    {
      #expect(throws: WordLexer.SyntaxError.self) { try mount(text) }
    }
  }
}
