import Diagnostics
import Linux
import Spec
import Synchronization

extension Engine {
  /// Runs a program in a running container and hands on what it prints. What it leaves running in the background does
  /// not hold it up.
  /// - Returns: its exit status.
  public func run(
    _ hook: HookSpec, in id: String, cancellation: Cancellation? = nil, output: ([UInt8]) -> Void
  ) throws -> Int32 {
    let (reading, writing) = try Descriptor.pipe()
    var request = ExecRequest(command: hook.command)
    request.environment = hook.environment
    request.user = hook.user
    request.workingDirectory = hook.workingDirectory
    request.privileged = hook.privileged
    (request.streams.output, request.streams.error) = (writing.raw, writing.raw)
    let (ended, asked) = (try Cancellation(), request)
    let shared = SharedResult()
    _ = try Thread.spawn { [self] in
      let status = Result { try exec(id, asked) }
      writing.close()
      shared.value.withLock { $0 = status }
      ended.cancel()
    }
    try reading.setNonBlocking(true)
    func drain() {
      while let bytes = try? reading.read(upTo: 32 << 10), !bytes.isEmpty { output(bytes) }
    }
    while shared.value.withLock({ $0 == nil }) {
      try cancellation?.check()
      _ = poll([reading, ended.descriptor] + (cancellation.map { [$0.descriptor] } ?? []))
      drain()
    }
    drain()
    return try shared.value.withLock { $0! }.get()
  }

  /// Starts a container and waits for its end.
  /// - Returns: its exit status and the end of what it printed.
  public func runToEnd(_ id: String, cancellation: Cancellation? = nil) throws -> (status: Int32, output: [UInt8]) {
    try start(id)
    let status = try wait(id, cancellation: cancellation)
    var text: [UInt8] = []
    var options = LogOptions()
    options.tail = 1000
    try? logs(id, options) { entry in
      text += entry.bytes
      return true
    }
    return (status, text)
  }

  /// Where the bytes of the container's secret or config are, counted as in its specification.
  public func filePath(_ index: Int, of id: String) throws -> String {
    "\(host.container(try record(id).id).files)/\(index)"
  }
}

private final class SharedResult: Sendable {
  let value = Mutex<Result<Int32, any Error>?>(nil)
}
