import Glibc
import Launch
import Linux

/// One run of a health check: its process, and what it prints.
final class HealthProbe {
  private let loop: EventLoop
  private let source: Descriptor
  private let start: Timestamp
  private var output = LimitedOutput()
  let process: ProcessDescriptor

  /// Starts it.
  init(
    _ check: HealthLaunch, in sandbox: any Sandbox, loop: EventLoop,
    onEnd: @escaping (HealthMonitor.Outcome) -> Void
  ) throws(LaunchFailure) {
    self.loop = loop
    start = .now()
    let pipe: (reading: Descriptor, writing: Descriptor)
    do {
      pipe = try Descriptor.pipe()
      try pipe.reading.setNonBlocking(true)
    } catch { throw LaunchFailure(error) }
    source = pipe.reading
    process = try sandbox.run(check.arguments, output: pipe.writing).process
    do {
      try loop.watch(process.descriptor.raw, .readable) { [unowned self] _ in
        guard let status = try? ChildStatus.reap(process.pid, noWait: true) else { return }
        onEnd(finish(status))
      }
      try loop.watch(source.raw, .readable) { [unowned self] _ in
        if !read() { self.loop.forget(source.raw) }
      }
    } catch { throw LaunchFailure(error) }
  }

  /// What it left in the pipe counts; whoever else keeps that open does not.
  private func finish(_ status: Int32) -> HealthMonitor.Outcome {
    while read() {}
    loop.forget(source.raw)
    loop.forget(process.descriptor.raw)
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
