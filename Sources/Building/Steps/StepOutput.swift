import Linux
import Synchronization

/// Hears what a step prints, line by line, and remembers the end of it.
final class StepOutput: Sendable {
  /// Where the step's program writes to.
  let output: Descriptor
  let error: Descriptor
  private let readers: [Thread<Void>]
  private let tail: Tail

  /// The last lines.
  private final class Tail: Sendable {
    private static let count = 20
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func add(_ line: String) {
      kept.withLock { lines in
        lines.append(line)
        if lines.count > Self.count { lines.removeFirst() }
      }
    }
  }

  /// - Parameter divides: the two streams are told apart, and lines of one may overtake those of the other.
  init(divides: Bool, _ report: @escaping @Sendable (_ line: String, _ isError: Bool) -> Void) throws {
    let tail = Tail()
    self.tail = tail
    func listen(isError: Bool) throws -> (Descriptor, Thread<Void>) {
      let (reading, writing) = try Descriptor.pipe()
      let reader = try Thread.spawn {
        try Self.read(reading) { line in
          report(line, isError)
          tail.add(line)
        }
      }
      return (writing, reader)
    }
    let first = try listen(isError: false)
    let second = divides ? try listen(isError: true) : nil
    output = first.0
    error = second?.0 ?? first.0
    readers = [first.1] + (second.map { [$0.1] } ?? [])
  }

  private static func read(_ source: Descriptor, _ tell: (String) -> Void) throws {
    var pending: [UInt8] = []
    while true {
      let bytes = try source.read(upTo: 32 << 10)
      if bytes.isEmpty { break }
      pending += bytes
      while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        tell(String(decoding: pending[..<end], as: UTF8.self))
        pending.removeSubrange(...end)
      }
    }
    if !pending.isEmpty { tell(String(decoding: pending, as: UTF8.self)) }
  }

  /// - Returns: the last lines.
  func finish() throws -> [String] {
    output.close()
    error.close()
    for reader in readers { try reader.join() }
    return tail.lines
  }
}
