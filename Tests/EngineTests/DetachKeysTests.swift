import Testing

@testable import Engine

@Suite struct DetachKeysTests {
  @Test("The keys end the attachment, also when they come one by one, and are not passed on")
  func detaches() {
    var keys = DetachKeys([16, 17])
    #expect(keys.filter([1, 2]) == ([1, 2], false))
    #expect(keys.filter([3, 16]) == ([3], false))
    #expect(keys.filter([17, 4]) == ([], true))
  }

  @Test("What only begins like the keys is passed on")
  func beginsAlike() {
    var keys = DetachKeys([16, 17])
    #expect(keys.filter([16, 16, 5]) == ([16, 16, 5], false))
    #expect(keys.filter([16]) == ([], false))
    #expect(keys.filter([6]) == ([16, 6], false))
  }

  @Test("Without keys everything is passed on")
  func none() {
    var keys = DetachKeys([])
    #expect(keys.filter([16, 17]) == ([16, 17], false))
  }
}

private func == (a: (passed: [UInt8], isDetached: Bool), b: ([UInt8], Bool)) -> Bool {
  a.passed == b.0 && a.isDetached == b.1
}
