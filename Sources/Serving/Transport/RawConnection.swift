import NIOCore

/// A connection that was taken over from HTTP: bytes both ways, each with an end of its own.
struct RawConnection: Sendable {
  let input: ByteQueue
  let output: Outlet
  /// Says the end of what is sent, once everything is.
  let finish: @Sendable () -> Void
}
