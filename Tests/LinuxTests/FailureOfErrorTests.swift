import Diagnostics
import Testing

@testable import Linux

@Suite struct FailureOfErrorTests {
  @Test("A failed system call that arrives as any error keeps its step, object and reason")
  func anyError() {
    let error: any Error = SystemError("opening", "/nope", errno: 2)
    let failure = Failure(error, subject: "image app")
    #expect(failure.code == .notFound)
    #expect(failure.description == "image app: opening /nope: No such file or directory")
    #expect(Failure(failure as any Error) == failure)
  }
}
