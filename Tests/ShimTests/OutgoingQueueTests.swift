import Launch
import Testing

@testable import Shim

@Suite struct OutgoingQueueTests {
  private let piece = [UInt8](repeating: 65, count: 60_000)

  /// Everything that the queue has, as frames.
  private func frames(_ queue: inout OutgoingQueue, step: Int) throws -> [ShimFrame] {
    var reader = FrameReader()
    var frames: [ShimFrame] = []
    while !queue.isEmpty {
      queue.drain { room in
        reader.append(room.prefix(step))
        return min(step, room.count)
      }
      while let frame = try reader.nextShimFrame() { frames.append(frame) }
    }
    #expect(reader.isEmpty)
    return frames
  }

  @Test("A client that does not read costs a bounded amount of memory, and is told what it missed")
  func skipping() throws {
    var queue = OutgoingQueue()
    for _ in 0..<1_000 { queue.offer(ShimFrame.stdout(piece).encoded(), payload: piece.count, lossless: false) }
    #expect(queue.count < OutgoingQueue.limit + 70_000)
    let frames = try frames(&queue, step: 5_000)
    #expect(frames.filter { $0 == .stdout(piece) }.count == 5)
    #expect(frames.last == .skipped(995 * 60_000))
  }

  @Test("What was skipped is told before what comes after it")
  func order() throws {
    var queue = OutgoingQueue()
    for _ in 0..<6 { queue.offer(ShimFrame.stdout(piece).encoded(), payload: piece.count, lossless: false) }
    queue.drain { _ in 100_000 }
    queue.offer(ShimFrame.stdout([1]).encoded(), payload: 1, lossless: false)
    var rest: [UInt8] = []
    queue.drain { room in
      rest = Array(room)
      return room.count
    }
    let expected = ShimFrame.skipped(60_000).encoded() + ShimFrame.stdout([1]).encoded()
    #expect(Array(rest.suffix(expected.count)) == expected)
  }

  @Test("A lossless client misses nothing")
  func lossless() throws {
    var queue = OutgoingQueue()
    for _ in 0..<10 { queue.offer(ShimFrame.stdout(piece).encoded(), payload: piece.count, lossless: true) }
    #expect(queue.isFull)
    #expect(try frames(&queue, step: 1 << 20) == [ShimFrame](repeating: .stdout(piece), count: 10))
  }

  @Test("Answers find room in a full queue")
  func answers() throws {
    var queue = OutgoingQueue()
    for _ in 0..<10 { queue.offer(ShimFrame.stdout(piece).encoded(), payload: piece.count, lossless: false) }
    queue.push(.reply(errno: 0, text: ""))
    #expect(try frames(&queue, step: 1 << 20).suffix(2) == [.skipped(300_000), .reply(errno: 0, text: "")])
  }
}
