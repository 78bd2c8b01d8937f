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
    let format: EntryFormat
    /// When the first part of a line that is logged in parts was seen: all its entries carry this time, as Docker's do.
    var lineBegan: Timestamp?
  }

  /// `nil`: nothing is kept here.
  private let file: LogFile?
  private let forwarder: LogForwarder?
  private var sides: [Side]
  private let buffer = TransitBuffer(capacity: 512 << 10)

  init(_ settings: LogLaunch) throws(SystemError) {
    file = settings.driver == .none ? nil : try LogFile(settings)
    forwarder = settings.forward.map(LogForwarder.init)
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
    guard let file else { return forward(stream, at: time, cut) }
    let forwarder = forwarder
    // All that changes for every entry is local: there may be millions of them in a second.
    var side = sides[stream.rawValue]
    let base = buffer.base
    let capacity = buffer.capacity
    var tail: UnsafeBufferPointer<UInt8>?
    var tailIsOfBeginning = false
    var used = 0
    var left = file.left
    cut(&side.cutter) { entry in
      forwarder?.send(entry, stream, at: time)
      if tail == nil || tailIsOfBeginning != entry.continues {
        tail = side.format.tail(at: entry.continues ? side.lineBegan ?? time : time)
        tailIsOfBeginning = entry.continues
      }
      if !entry.continues, !entry.endsLine { side.lineBegan = time }
      let isFull = used >= left
      if isFull || capacity - used < EntryFormat.room(for: entry.bytes.count, tail!) {
        flush(used, to: file)
        used = 0
        if isFull { file.rotate() }
        left = file.left
      }
      used += EntryFormat.write(entry, tail!, to: base + used)
    }
    sides[stream.rawValue] = side
    flush(used, to: file)
  }

  private func forward(
    _ stream: Stream, at time: Timestamp, _ cut: (inout LineCutter, (LineCutter.Entry) -> Void) -> Void
  ) {
    var cutter = sides[stream.rawValue].cutter
    cut(&cutter) { entry in forwarder?.send(entry, stream, at: time) }
    sides[stream.rawValue].cutter = cutter
  }

  private func flush(_ count: Int, to file: LogFile) {
    buffer.count = count
    file.append(buffer.bytes)
    buffer.count = 0
  }
}
