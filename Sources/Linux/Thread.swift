import CLinux
import Diagnostics
import Glibc
import Synchronization

/// A thread of its own for work that blocks or that changes what belongs to the thread alone, such as setns(2).
public final class Thread<Value: Sendable>: Sendable {
  private let state: ThreadState<Value>
  private let handle: Mutex<pthread_t?>

  private init(_ state: ThreadState<Value>, _ handle: pthread_t) {
    self.state = state
    self.handle = Mutex(handle)
  }

  /// Starts `body` on a new thread.
  /// - Parameter stackSize: bytes of address space; pages are used as they are touched.
  public static func spawn(stackSize: Int = 1 << 20, _ body: @escaping @Sendable () throws -> Value)
    throws(SystemError) -> Thread
  {
    DescriptorTable.makeRoom
    let state = ThreadState(body)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    var handle = pthread_t()
    let error = pthread_create(
      &handle, &attributes,
      { argument in
        Unmanaged<AnyThreadState>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, Unmanaged<AnyThreadState>.passRetained(state).toOpaque())
    if error != 0 {
      Unmanaged<AnyThreadState>.passUnretained(state).release()
      throw SystemError("starting a thread", errno: error)
    }
    return Thread(state, handle)
  }

  /// Waits for the end and returns what the body returned, or throws what it threw. May be called again.
  public func join() throws -> Value {
    handle.withLock { handle in
      if let running = handle { pthread_join(running, nil) }
      handle = nil
    }
    return try state.result.withLock { $0! }.get()
  }

  deinit { handle.withLock { if let running = $0 { pthread_detach(running) } } }
}

private class AnyThreadState: @unchecked Sendable {
  func run() {}
}

private final class ThreadState<Value: Sendable>: AnyThreadState, @unchecked Sendable {
  let body: @Sendable () throws -> Value
  let result = Mutex<Result<Value, any Error>?>(nil)

  init(_ body: @escaping @Sendable () throws -> Value) { self.body = body }

  override func run() {
    let outcome = Result { try body() }
    result.withLock { $0 = outcome }
  }
}
