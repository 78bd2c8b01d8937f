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
    let serial: UInt32
    let handler: Handler
    /// The kernel waits for it.
    var isArmed: Bool
  }

  private let poll: Epoll
  /// By descriptor number.
  private var watches: [Watch?] = []
  private var serial: UInt32 = 0
  private var deadlines = [Int64?](repeating: nil, count: Alarm.allCases.count)
  private var alarmHandlers = [() -> Void](repeating: {}, count: Alarm.allCases.count)
  private var delayed: [(deadline: Int64, body: () -> Void)] = []
  private var isStopped = false

  init() throws(SystemError) { poll = try Epoll() }

  /// Calls `handler` whenever one of the events is there.
  func watch(_ raw: Int32, _ events: Epoll.Interest, _ handler: @escaping Handler) throws(SystemError) {
    serial &+= 1
    if !events.isEmpty { try poll.add(raw, events, token: token(raw, serial)) }
    while watches.count <= Int(raw) { watches.append(nil) }
    watches[Int(raw)] = Watch(serial: serial, handler: handler, isArmed: !events.isEmpty)
  }

  /// Waits for other events of a watched descriptor. None means none at all: the kernel would go on to report that the
  /// other side has hung up, again and again.
  func change(_ raw: Int32, _ events: Epoll.Interest) {
    guard let watch = watches[Int(raw)] else { return }
    let token = token(raw, watch.serial)
    switch (watch.isArmed, events.isEmpty) {
    case (true, true): poll.remove(raw)
    case (true, false): try? poll.modify(raw, events, token: token)
    case (false, true): break
    case (false, false): try? poll.add(raw, events, token: token)
    }
    watches[Int(raw)]!.isArmed = !events.isEmpty
  }

  /// Call before the descriptor is closed.
  func forget(_ raw: Int32) {
    guard raw >= 0, Int(raw) < watches.count, let watch = watches[Int(raw)] else { return }
    if watch.isArmed { poll.remove(raw) }
    watches[Int(raw)] = nil
  }

  func onAlarm(_ alarm: Alarm, _ handler: @escaping () -> Void) { alarmHandlers[alarm.rawValue] = handler }

  /// - Parameter deadline: of `Monotonic.now`; `nil` takes the alarm back.
  func set(_ alarm: Alarm, at deadline: Int64?) { deadlines[alarm.rawValue] = deadline }

  func isSet(_ alarm: Alarm) -> Bool { deadlines[alarm.rawValue] != nil }

  /// Calls `body` once, after so many nanoseconds.
  func after(_ delay: Int64, _ body: @escaping () -> Void) { delayed.append((Monotonic.now + delay, body)) }

  func stop() { isStopped = true }

  func run() { while !isStopped { turn() } }

  /// Waits once and handles what has come.
  func turn() {
    let next = (deadlines.compactMap { $0 } + delayed.map(\.deadline)).min()
    for event in (try? poll.wait(milliseconds: next.map(milliseconds(until:)) ?? -1)) ?? [] {
      let raw = Int(UInt32(truncatingIfNeeded: event.token))
      // A handler before this one may have closed the descriptor, and its number may be another's by now.
      guard raw < watches.count, let watch = watches[raw], watch.isArmed, watch.serial == UInt32(event.token >> 32)
      else { continue }
      watch.handler(event.ready)
    }
    guard next != nil else { return }
    let now = Monotonic.now
    let due = delayed.filter { $0.deadline <= now }
    delayed.removeAll { $0.deadline <= now }
    for (_, body) in due { body() }
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
