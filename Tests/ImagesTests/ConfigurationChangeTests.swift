import Diagnostics
import OCI
import Testing

@testable import Images

@Suite("--change")
struct ConfigurationChangeTests {
  private func apply(_ changes: String...) throws -> ExecutionParameters {
    var execution = ExecutionParameters()
    for change in changes { try ConfigurationChange(change).apply(to: &execution) }
    return execution
  }

  @Test("commands are lists, or text for the shell")
  func commands() throws {
    #expect(try apply("CMD [\"a\", \"b c\"]").command == ["a", "b c"])
    #expect(try apply("cmd echo hi").command == ["/bin/sh", "-c", "echo hi"])
    #expect(try apply("ENTRYPOINT [\"/e\"]").entrypoint == ["/e"])
  }

  @Test("ENV and LABEL take pairs, quotes, and the old form; the later one wins")
  func pairs() throws {
    #expect(try apply("ENV A=1 B='x y' C=\"q\\\"\"", "ENV A=2").environment == ["B=x y", "C=q\"", "A=2"])
    #expect(try apply("ENV NAME some words").environment == ["NAME=some words"])
    #expect(try apply("LABEL a.b=c d=\"e f\"").labels == ["a.b": "c", "d": "e f"])
  }

  @Test("the others set their field")
  func others() throws {
    let execution = try apply(
      "EXPOSE 80 53/udp 8000-8002", "VOLUME /a /b", "VOLUME [\"/c\"]", "USER 1:2", "WORKDIR /srv", "WORKDIR app",
      "STOPSIGNAL SIGINT", "ONBUILD RUN x", "HEALTHCHECK --interval=1m30s --retries=3 CMD curl x")
    #expect(execution.exposedPorts == ["80/tcp", "53/udp", "8000/tcp", "8001/tcp", "8002/tcp"])
    #expect(execution.volumes == ["/a", "/b", "/c"])
    #expect(execution.user == "1:2")
    #expect(execution.workingDirectory == "/srv/app")
    #expect(execution.stopSignal == "SIGINT")
    #expect(execution.onBuild == ["RUN x"])
    #expect(execution.healthcheck?.test == ["CMD-SHELL", "curl x"])
    #expect(execution.healthcheck?.interval == 90_000_000_000)
    #expect(execution.healthcheck?.retries == 3)
    #expect(try apply("HEALTHCHECK NONE").healthcheck?.test == ["NONE"])
  }

  @Test(
    "what makes no sense is refused",
    arguments: [
      "RUN x", "CMD", "", "ENV A", "ENV =x", "LABEL \"a", "EXPOSE x", "EXPOSE 0", "EXPOSE 9-1", "EXPOSE 1/icmp",
      "HEALTHCHECK", "HEALTHCHECK --interval=x CMD y", "HEALTHCHECK --odd=1 CMD y", "HEALTHCHECK CMD",
    ])
  func refused(_ change: String) { #expect(throws: Failure.self) { try apply(change) } }
}
