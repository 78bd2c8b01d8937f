import Testing

@testable import Runtime

@Suite("The users of a container with a user namespace of its own")
struct IdentityRangeTests {
  @Test("are the same ones whenever it is started")
  func stable() {
    let id = String(repeating: "a1b2c3d4", count: 8)
    #expect(IdentityRange(container: id) == IdentityRange(container: id))
  }

  @Test(
    "lie in the range that is kept for containers, whatever its id", arguments: ["00000000", "ffffffff", "89abcdef"])
  func range(id: String) {
    let range = IdentityRange(container: id)
    #expect(IdentityRange.container.contains(range.first))
    #expect(IdentityRange.container.contains(range.first + IdentityRange.count - 1))
    #expect((range.first - IdentityRange.container.lowerBound) % IdentityRange.count == 0)
  }

  @Test("are not those of another container")
  func apart() {
    #expect(IdentityRange(container: "00000001").first != IdentityRange(container: "00000002").first)
  }
}
