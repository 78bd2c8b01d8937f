import Glibc
import Launch
import Linux

/// One run of a health check: its process, and what it prints.
final class HealthProbe {
  private let loop: EventLoop
  private let source: Descriptor
  private let start: Timestamp
  private var output = LimitedOutput()
  let pid: Int32

  /// Starts it.
  init(_ check: HealthLaunch, in sandbox: any Sandbox, loop: EventLoop) throws(LaunchFailure) {
    self.loop = loop
    start = .now()
    let pipe: (reading: Descriptor, writing: Descriptor)
    do {
      pipe = try Descriptor.pipe()
      try pipe.reading.setNonBlocking(true)
    } catch { throw LaunchFailure(error) }
    source = pipe.reading
    pid = try sandbox.run(check.arguments, output: pipe.writing)
    try? loop.watch(source.raw, .readable) { [unowned self] _ in
      if !read() { self.loop.forget(source.raw) }
    }
  }

  /// Its process ended with this status. What it left in the pipe counts; whoever else keeps that open does not.
  func finish(_ status: Int32) -> HealthMonitor.Outcome {
    while read() {}
    loop.forget(source.raw)
    source.close()
    return HealthMonitor.Outcome(exitCode: status, output: output.text, start: start, end: .now())
  }

  /// - Returns: `false` when there is no more for now.
  private func read() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { room in
      let length = Glibc.read(source.raw, room.baseAddress, room.count)
      guard length > 0 else { return length < 0 && errno == EINTR }
      output.append(room[..<length])
      return true
    }
  }
}
