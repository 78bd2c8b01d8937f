import Launch
import Linux

/// Turns output into the entries of the log file.
final class ContainerLog {
  enum Stream: Int, CaseIterable {
    case stdout, stderr
    var name: String { self == .stdout ? "stdout" : "stderr" }
  }

  private struct Side {
    var cutter = LineCutter()
    var format: EntryFormat
    /// When the first part of a line that is logged in parts was seen: all its entries carry this time, as Docker's do.
    var lineBegan: Timestamp?
  }

  private let file: LogFile
  private var sides: [Side]
  private let buffer = TransitBuffer(capacity: 256 << 10)

  init(_ settings: LogLaunch) throws(SystemError) {
    file = try LogFile(settings)
    sides = Stream.allCases.map {
      Side(format: EntryFormat(stream: $0.name, attributes: settings.attributes))
    }
  }

  /// Logs what was read from a stream just now.
  func take(_ stream: Stream, _ bytes: UnsafeBufferPointer<UInt8>, at time: Timestamp) {
    write(stream, at: time) { cutter, emit in cutter.take(bytes, emit) }
  }

  /// The stream ended: its last line may have no line feed.
  func finish(_ stream: Stream, at time: Timestamp) {
    write(stream, at: time) { cutter, emit in cutter.finish(emit) }
    sides[stream.rawValue].lineBegan = nil
  }

  /// Gives back the memory of a burst.
  func settle() { buffer.settle() }

  private func write(
    _ stream: Stream, at time: Timestamp, _ cut: (inout LineCutter, (LineCutter.Entry) -> Void) -> Void
  ) {
    var cutter = sides[stream.rawValue].cutter
    var timeIsSet = false
    cut(&cutter) { entry in
      if entry.continues {
        sides[stream.rawValue].format.setTime(sides[stream.rawValue].lineBegan ?? time)
        timeIsSet = false
      } else if !timeIsSet {
        sides[stream.rawValue].format.setTime(time)
        timeIsSet = true
      }
      if !entry.continues, !entry.endsLine { sides[stream.rawValue].lineBegan = time }
      add(entry, sides[stream.rawValue].format)
    }
    sides[stream.rawValue].cutter = cutter
    flush()
  }

  private func add(_ entry: LineCutter.Entry, _ format: EntryFormat) {
    if file.isFull(with: buffer.count) {
      flush()
      file.rotate()
    }
    if buffer.room < format.room(for: entry.bytes.count) { flush() }
    buffer.count += format.write(entry, to: buffer.base + buffer.count)
  }

  private func flush() {
    file.append(buffer.bytes)
    buffer.count = 0
  }
}
