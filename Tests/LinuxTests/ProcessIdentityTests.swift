import Glibc
import Testing

@testable import Linux

@Suite struct ProcessIdentityTests {
  @Test("This process is found alive, and one of the same number with another start time is not")
  func ownProcess() throws {
    let me = try #require(ProcessIdentity(of: getpid()))
    #expect(me.isAlive)
    #expect(me.open() != nil)
    let earlier = ProcessIdentity(pid: me.pid, startTime: me.startTime - 1)
    #expect(!earlier.isAlive)
    #expect(earlier.open() == nil)
  }

  @Test("No process has the number 0")
  func none() { #expect(ProcessIdentity(of: 0) == nil) }
}
