import Testing

@testable import Linux

@Suite struct MountOptionsTests {
  @Test("Options are told apart into flags, propagation and what the file system reads")
  func toldApart() {
    let options = MountOptions(["ro,noexec", "rshared", "size=64m,mode=1777"])
    #expect(options.flags == [.readOnly, .noExecute])
    #expect(options.propagation == [.shared, .recursive])
    #expect(options.data == "size=64m,mode=1777")
  }

  @Test("The later of two that contradict each other wins")
  func laterWins() {
    #expect(MountOptions(["ro,rw"]).flags == [])
    #expect(MountOptions(["exec", "noexec"]).flags == [.noExecute])
    #expect(MountOptions(["defaults"]) == MountOptions())
  }
}
