import Glibc
import Linux

/// The shim's ends of the container's output: reads it, logs it, shows it to the clients.
final class OutputPorts {
  /// Bytes read at a time.
  private static let step = 128 << 10
  /// Bytes of one read after which more is expected at once.
  private static let much = 4 << 10
  /// How long a pipe is left to fill. Nanoseconds.
  private static let pause: Int64 = 100_000
  /// Reads in a row before anything else that the shim does has its turn.
  private static let longestBurst = 8

  private let loop: EventLoop
  private let log: ContainerLog?
  private let show: (ContainerLog.Stream, UnsafeBufferPointer<UInt8>) -> Void
  private var sources: [(stream: ContainerLog.Stream, descriptor: Descriptor)] = []
  private let buffer = TransitBuffer(capacity: OutputPorts.step)
  private(set) var isHeld = false
  /// All streams came to their end.
  var onEnd: () -> Void = {}
  /// Much was read, so there is memory to give back later.
  var onBurst: () -> Void = {}

  init(
    loop: EventLoop, log: ContainerLog?, show: @escaping (ContainerLog.Stream, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    self.loop = loop
    self.log = log
    self.show = show
  }

  var isOpen: Bool { !sources.isEmpty }

  func add(_ stream: ContainerLog.Stream, _ descriptor: Descriptor) throws(SystemError) {
    try descriptor.setNonBlocking(true)
    sources.append((stream, descriptor))
    try loop.watch(descriptor.raw, isHeld ? [] : .readable) { [unowned self] _ in
      readBurst(stream, descriptor)
    }
  }

  /// Reads once, and while much comes, again a little later: a program that writes without a pause then wakes this process
  /// for each pipe full instead of for each of its writes, and so gets on faster itself.
  private func readBurst(_ stream: ContainerLog.Stream, _ source: Descriptor) {
    for _ in 0..<OutputPorts.longestBurst {
      guard !isHeld, read(stream, source), buffer.count >= OutputPorts.much else { return }
      Monotonic.sleep(nanoseconds: OutputPorts.pause)
    }
  }

  /// While held nothing is read, so that the container waits when its pipe is full.
  func hold(_ held: Bool) {
    guard held != isHeld else { return }
    isHeld = held
    for source in sources { loop.change(source.descriptor.raw, held ? [] : .readable) }
  }

  /// Reads what is there without waiting for more, as long as nothing holds it.
  func drain() {
    for source in sources {
      while !isHeld, read(source.stream, source.descriptor) {}
    }
  }

  /// Gives up on streams that somebody else keeps open.
  func close() {
    for source in sources { end(source.stream, source.descriptor) }
  }

  func settle() {
    buffer.settle()
    log?.settle()
  }

  /// - Returns: `false` when there is no more for now.
  private func read(_ stream: ContainerLog.Stream, _ source: Descriptor) -> Bool {
    guard source.raw >= 0 else { return false }
    let length = Glibc.read(source.raw, buffer.base, buffer.capacity)
    guard length > 0 else {
      if length < 0, errno == EAGAIN || errno == EINTR { return false }
      // A terminal answers EIO when its last user is gone.
      end(stream, source)
      if sources.isEmpty { onEnd() }
      return false
    }
    buffer.count = length
    let bytes = UnsafeBufferPointer(start: UnsafePointer(buffer.base), count: length)
    log?.take(stream, bytes, at: .now())
    show(stream, bytes)
    if length > 4096 { onBurst() }
    return true
  }

  private func end(_ stream: ContainerLog.Stream, _ source: Descriptor) {
    loop.forget(source.raw)
    sources.removeAll { $0.descriptor === source }
    log?.finish(stream, at: .now())
  }
}
