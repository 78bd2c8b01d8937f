import Diagnostics
import NIOCore
import Testing

@testable import Serving

@Suite struct ByteQueueTests {
  @Test("A client that sends faster than it is read is paused, and goes on once there is room")
  func backPressure() throws {
    let queue = ByteQueue()
    let chunk = ByteBuffer(repeating: 7, count: 64 << 10)
    var pushed = 1
    while queue.push(chunk) { pushed += 1 }
    #expect(pushed * (64 << 10) <= 2 * ByteQueue.limit)
    #expect(!queue.hasRoom)
    for _ in 0..<pushed { #expect(try queue.next().count == 64 << 10) }
    #expect(queue.hasRoom)
    queue.finish()
    #expect(try queue.next().isEmpty)
  }

  @Test("A body that is too long is refused, and one whose client goes is no body")
  func limits() {
    let queue = ByteQueue()
    _ = queue.push(ByteBuffer(repeating: 1, count: 1000))
    #expect(throws: Failure.self) { try queue.all(limit: 10) }
    queue.fail(.clientGone)
    #expect(throws: Failure.self) { try queue.next() }
  }
}
