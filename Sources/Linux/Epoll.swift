import CLinux
import Glibc

/// Waiting for many descriptors at once (epoll(7)). Not shared between threads.
public final class Epoll {
  public struct Interest: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = Interest(rawValue: 0x001)
    public static let writable = Interest(rawValue: 0x004)
    /// Always reported, needs not be asked for.
    public static let error = Interest(rawValue: 0x008)
    /// Both directions are closed. Always reported.
    public static let hangUp = Interest(rawValue: 0x010)
    /// The other end writes no more.
    public static let readHangUp = Interest(rawValue: 0x2000)
  }

  public struct Event: Sendable {
    public var token: UInt64
    public var ready: Interest
  }

  public let descriptor: Descriptor
  private var room: [epoll_event]

  /// - Parameter capacity: events that one `wait` returns at most.
  public init(capacity: Int = 16) throws(SystemError) {
    descriptor = Descriptor(
      owning: Int32(try check("making an epoll") { systemCall(SYS_epoll_create1, Int(O_CLOEXEC)) }))
    room = [epoll_event](repeating: epoll_event(), count: capacity)
  }

  /// Begins to watch. `token` comes back with the events.
  public func add(_ raw: Int32, _ interest: Interest, token: UInt64) throws(SystemError) {
    try control(EPOLL_CTL_ADD, raw, interest, token)
  }

  public func modify(_ raw: Int32, _ interest: Interest, token: UInt64) throws(SystemError) {
    try control(EPOLL_CTL_MOD, raw, interest, token)
  }

  /// Ends watching. A descriptor whose file is closed everywhere needs no removal.
  public func remove(_ raw: Int32) { try? control(EPOLL_CTL_DEL, raw, [], 0) }

  /// The events that are ready, after waiting up to `milliseconds` (-1: for ever). A signal ends the wait early.
  public func wait(milliseconds: Int32 = -1) throws(SystemError) -> [Event] {
    let count = room.withUnsafeMutableBufferPointer {
      systemCall(SYS_epoll_pwait, Int(descriptor.raw), $0.baseAddress!.address, $0.count, Int(milliseconds), 0, 8)
    }
    if count < 0 {
      if count == -Int(EINTR) { return [] }
      throw SystemError("waiting for events", errno: Int32(-count))
    }
    return room.prefix(count).map { Event(token: $0.data.u64, ready: Interest(rawValue: $0.events)) }
  }

  private func control(_ operation: Int32, _ raw: Int32, _ interest: Interest, _ token: UInt64) throws(SystemError) {
    var event = epoll_event()
    event.events = interest.rawValue
    event.data.u64 = token
    try check("watching a descriptor") {
      withUnsafeMutablePointer(to: &event) {
        systemCall(SYS_epoll_ctl, Int(descriptor.raw), Int(operation), Int(raw), $0.address)
      }
    }
  }
}
