extension ClientFrame {
  private enum Tag: UInt8 {
    case hello = 1, stdin, endOfInput, resize, signal, stop, pause, resume, wait, restartPolicy, networks
    case limits, events, hostPorts
  }

  public func encoded() -> [UInt8] {
    switch self {
    case .hello(let streams): frame(Tag.hello.rawValue, [streams.rawValue])
    case .stdin(let bytes): frame(Tag.stdin.rawValue, bytes)
    case .endOfInput: frame(Tag.endOfInput.rawValue)
    case .resize(let rows, let columns):
      frame(Tag.resize.rawValue) { wire throws(WireError) in
        var (rows, columns) = (rows, columns)
        try wire.pass(&rows)
        try wire.pass(&columns)
      }
    case .signal(let number):
      frame(Tag.signal.rawValue) { wire throws(WireError) in
        var number = number
        try wire.pass(&number)
      }
    case .stop(let signal, let timeout):
      frame(Tag.stop.rawValue) { wire throws(WireError) in
        var (signal, timeout) = (signal, timeout)
        try wire.pass(&signal)
        try wire.pass(&timeout)
      }
    case .pause: frame(Tag.pause.rawValue)
    case .resume: frame(Tag.resume.rawValue)
    case .wait: frame(Tag.wait.rawValue)
    case .networks(let networks):
      frame(Tag.networks.rawValue) { wire throws(WireError) in
        var networks = networks
        try wire.pass(&networks)
      }
    case .hostPorts(let isOpen): frame(Tag.hostPorts.rawValue, [isOpen ? 1 : 0])
    case .limits(let writes):
      frame(Tag.limits.rawValue) { wire throws(WireError) in
        var writes = writes
        try wire.pass(&writes)
      }
    case .events(let events):
      frame(Tag.events.rawValue) { wire throws(WireError) in
        var events = events
        try wire.pass(&events)
      }
    case .restartPolicy(let policy):
      frame(Tag.restartPolicy.rawValue) { wire throws(WireError) in
        var policy = policy
        try wire.pass(&policy)
      }
    }
  }

  init(tag: UInt8, payload: [UInt8]) throws(WireError) {
    guard let tag = Tag(rawValue: tag) else { throw .invalid }
    var wire = Wire(reading: payload)
    switch tag {
    case .hello:
      var streams: UInt8 = 0
      try wire.integer(&streams)
      self = .hello(AttachStreams(rawValue: streams))
    case .stdin:
      self = .stdin(payload)
      return
    case .endOfInput: self = .endOfInput
    case .resize:
      var (rows, columns): (UInt16, UInt16) = (0, 0)
      try wire.pass(&rows)
      try wire.pass(&columns)
      self = .resize(rows: rows, columns: columns)
    case .signal:
      var number: Int32 = 0
      try wire.pass(&number)
      self = .signal(number)
    case .stop:
      var (signal, timeout): (Int32, Int64?) = (0, nil)
      try wire.pass(&signal)
      try wire.pass(&timeout)
      self = .stop(signal: signal, timeout: timeout)
    case .pause: self = .pause
    case .resume: self = .resume
    case .wait: self = .wait
    case .networks:
      var networks = NetworksLaunch()
      try wire.pass(&networks)
      self = .networks(networks)
    case .hostPorts:
      var isOpen: UInt8 = 0
      try wire.integer(&isOpen)
      self = .hostPorts(isOpen: isOpen != 0)
    case .limits:
      var writes: [CgroupLaunch.Write] = []
      try wire.pass(&writes)
      self = .limits(writes)
    case .events:
      var events = EventsLaunch()
      try wire.pass(&events)
      self = .events(events)
    case .restartPolicy:
      var policy = RestartLaunch()
      try wire.pass(&policy)
      self = .restartPolicy(policy)
    }
    guard wire.left == 0 else { throw .invalid }
  }
}

extension ShimFrame {
  /// The type bytes of stream data.
  public static let stdoutTag: UInt8 = 1
  public static let stderrTag: UInt8 = 2
  private static let exitedTag: UInt8 = 3
  private static let replyTag: UInt8 = 4
  private static let skippedTag: UInt8 = 5

  public func encoded() -> [UInt8] {
    switch self {
    case .stdout(let bytes): frame(ShimFrame.stdoutTag, bytes)
    case .stderr(let bytes): frame(ShimFrame.stderrTag, bytes)
    case .exited(let code, let oomKilled):
      frame(ShimFrame.exitedTag) { wire throws(WireError) in
        var (code, oomKilled) = (code, oomKilled)
        try wire.pass(&code)
        try wire.pass(&oomKilled)
      }
    case .skipped(let count):
      frame(ShimFrame.skippedTag) { wire throws(WireError) in
        var count = count
        try wire.pass(&count)
      }
    case .reply(let errno, let text):
      frame(ShimFrame.replyTag) { wire throws(WireError) in
        var (errno, text) = (errno, text)
        try wire.pass(&errno)
        try wire.pass(&text)
      }
    }
  }

  init(tag: UInt8, payload: [UInt8]) throws(WireError) {
    var wire = Wire(reading: payload)
    switch tag {
    case ShimFrame.stdoutTag:
      self = .stdout(payload)
      return
    case ShimFrame.stderrTag:
      self = .stderr(payload)
      return
    case ShimFrame.exitedTag:
      var (code, oomKilled): (Int32, Bool) = (0, false)
      try wire.pass(&code)
      try wire.pass(&oomKilled)
      self = .exited(code: code, oomKilled: oomKilled)
    case ShimFrame.skippedTag:
      var count: UInt64 = 0
      try wire.pass(&count)
      self = .skipped(count)
    case ShimFrame.replyTag:
      var (errno, text): (Int32, String) = (0, "")
      try wire.pass(&errno)
      try wire.pass(&text)
      self = .reply(errno: errno, text: text)
    default: throw .invalid
    }
    guard wire.left == 0 else { throw .invalid }
  }
}

extension ShimFrame {
  /// The five bytes before `count` bytes of stream data, for who sends those from where they are.
  public static func header(tag: UInt8, count: Int) -> [UInt8] {
    var wire = Wire()
    var (tag, length) = (tag, UInt32(count))
    // Writing cannot fail: only reading checks.
    try! wire.integer(&tag)
    try! wire.integer(&length)
    return wire.bytes
  }
}

private func frame(_ tag: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
  ShimFrame.header(tag: tag, count: payload.count) + payload
}

private func frame(_ tag: UInt8, fields: (inout Wire) throws(WireError) -> Void) -> [UInt8] {
  var wire = Wire()
  try! fields(&wire)
  return frame(tag, wire.bytes)
}
