import Linux

/// The one place where the shim waits: descriptors that become ready, and a handful of deadlines. Without a deadline
/// it sleeps until something happens.
final class EventLoop {
  /// One deadline each; there is never more than one of a kind.
  enum Alarm: Int, CaseIterable {
    case lifecycle, health, drain, farewell, flows, settle
  }

  typealias Handler = (Epoll.Interest) -> Void

  private struct Watch {
    var serial: UInt32
    var handler: Handler
  }

  private let poll: Epoll
  /// By descriptor number.
  private var watches: [Watch?] = []
  private var serial: UInt32 = 0
  private var deadlines = [Int64?](repeating: nil, count: Alarm.allCases.count)
  private var alarmHandlers = [() -> Void](repeating: {}, count: Alarm.allCases.count)
  private var isStopped = false

  init() throws(SystemError) { poll = try Epoll() }

  /// Calls `handler` whenever one of the events is there.
  func watch(_ raw: Int32, _ events: Epoll.Interest, _ handler: @escaping Handler) throws(SystemError) {
    serial &+= 1
    try poll.add(raw, events, token: token(raw, serial))
    while watches.count <= Int(raw) { watches.append(nil) }
    watches[Int(raw)] = Watch(serial: serial, handler: handler)
  }

  /// Waits for other events of a watched descriptor; none: it is only held.
  func change(_ raw: Int32, _ events: Epoll.Interest) {
    guard let watch = watches[Int(raw)] else { return }
    try? poll.modify(raw, events, token: token(raw, watch.serial))
  }

  /// Call before the descriptor is closed.
  func forget(_ raw: Int32) {
    guard raw >= 0, Int(raw) < watches.count, watches[Int(raw)] != nil else { return }
    poll.remove(raw)
    watches[Int(raw)] = nil
  }

  func onAlarm(_ alarm: Alarm, _ handler: @escaping () -> Void) { alarmHandlers[alarm.rawValue] = handler }

  /// - Parameter deadline: of `Monotonic.now`; `nil` takes the alarm back.
  func set(_ alarm: Alarm, at deadline: Int64?) { deadlines[alarm.rawValue] = deadline }

  func isSet(_ alarm: Alarm) -> Bool { deadlines[alarm.rawValue] != nil }

  func stop() { isStopped = true }

  func run() { while !isStopped { turn() } }

  /// Waits once and handles what has come.
  func turn() {
    let next = deadlines.lazy.compactMap { $0 }.min()
    for event in (try? poll.wait(milliseconds: next.map(milliseconds(until:)) ?? -1)) ?? [] {
      let raw = Int(UInt32(truncatingIfNeeded: event.token))
      // A handler before this one may have closed the descriptor, and its number may be another's by now.
      guard raw < watches.count, let watch = watches[raw], watch.serial == UInt32(event.token >> 32) else { continue }
      watch.handler(event.ready)
    }
    guard next != nil else { return }
    let now = Monotonic.now
    for alarm in Alarm.allCases {
      guard let deadline = deadlines[alarm.rawValue], deadline <= now else { continue }
      deadlines[alarm.rawValue] = nil
      alarmHandlers[alarm.rawValue]()
    }
  }

  /// Rounded up, so that nothing wakes just before its time.
  private func milliseconds(until deadline: Int64) -> Int32 {
    Int32(min(max((deadline - Monotonic.now + 999_999) / 1_000_000, 0), Int64(Int32.max)))
  }

  private func token(_ raw: Int32, _ serial: UInt32) -> UInt64 {
    UInt64(serial) << 32 | UInt64(UInt32(bitPattern: raw))
  }
}

extension Epoll.Interest {
  /// Of several processes that wait for the same object, one is woken. Cannot be changed later.
  static let exclusive = Epoll.Interest(rawValue: 1 << 28)
}
