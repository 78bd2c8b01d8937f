import Building
import Diagnostics
import Testing

@Suite("Errors in a Dockerfile")
struct ExcerptTests {
  @Test("An error names file and line, shows the lines and suggests the nearest word")
  func unknownFlag() throws {
    let text = DockerfileText(file: "Dockerfile", bytes: Array("FROM a\n\nCOPY --form=b x y\nRUN z\n".utf8))
    let failure = try #require(throws: Failure.self) { try text.recipe() }
    #expect(
      failure.description == """
        Dockerfile:3:1: unknown flag: --form
           1 |     FROM a
           2 |     
           3 | >>> COPY --form=b x y
           4 |     RUN z
           5 |     
          hint: did you mean --from?
        """)
  }
}
