import Testing

@testable import Linux

@Suite struct KernelTests {
  @Test(
    "the kernel's release tells its version, however the distribution goes on with it",
    arguments: [
      ("6.1.0-50-cloud-amd64", false), ("6.5.0", true), ("6.4.16-rc1", false), ("6.18.44", true), ("7.0-rc1", true),
      ("5.14.0-503.el9.x86_64", false), ("odd", true),
    ])
  func release(text: String, isNewer: Bool) {
    #expect(Kernel.release(text, isAtLeast: (6, 5)) == isNewer)
  }
}
