import Diagnostics
import Glibc
import Launch
import Linux

extension Engine {
  /// Connects the caller's streams to those of a running container until it ends or the detach keys are typed.
  public func attach(_ id: String, _ request: AttachRequest, cancellation: Cancellation? = nil) throws -> AttachEnd {
    try host.requirePrivileges()
    let record = try record(id)
    var shim = try ShimConnection(host.container(record.id), name: record.name)
    if request.replay {
      try logs(record.id, LogOptions()) { entry in
        try request.streams.write(entry.bytes, to: entry.stream)
        return true
      }
    }
    let streams = AttachStreams(request, record)
    try shim.send(.hello(streams))
    note("attach", record)
    return try converse(&shim, record, request, streams, cancellation)
  }

  /// Passes on what the container says and what is typed, once the shim has heard what is wanted.
  func converse(
    _ shim: inout ShimConnection, _ record: ContainerRecord, _ request: AttachRequest, _ streams: AttachStreams,
    _ cancellation: Cancellation?
  ) throws -> AttachEnd {
    if record.spec.tty { try request.streams.sendSize(shim) }
    var keys = DetachKeys(request.streams.detachKeys)
    let input = streams.contains(.stdin) ? request.streams.input.map { Descriptor(owning: $0) } : nil
    let resized = record.spec.tty ? request.streams.resized.map { Descriptor(owning: $0) } : nil
    // Both are the caller's and stay open.
    defer {
      _ = input?.release()
      _ = resized?.release()
    }
    var inputIsOpen = input != nil
    while true {
      try cancellation?.check()
      var waited: [Descriptor] = [shim.socket]
      if let input, inputIsOpen { waited.append(input) }
      if let resized { waited.append(resized) }
      if let cancellation { waited.append(cancellation.descriptor) }
      guard let index = poll(waited) else { continue }
      if index == 0 {
        guard let frame = try shim.receive() else { return .exited(try wait(record.id)) }
        if let end = try request.streams.take(frame) { return end }
        while let frame = try shim.received() { if let end = try request.streams.take(frame) { return end } }
      } else if let input, waited[index] === input {
        let bytes = try input.read(upTo: 32 << 10)
        if bytes.isEmpty {
          inputIsOpen = false
          try shim.send(.endOfInput)
        }
        let (passed, isDetached) = keys.filter(bytes)
        if !passed.isEmpty { try shim.send(.stdin(passed)) }
        if isDetached {
          note("detach", record)
          return .detached
        }
      } else if let resized, waited[index] === resized {
        _ = try resized.read(upTo: 4096)
        try request.streams.sendSize(shim)
      }
    }
  }
}

extension AttachStreams {
  /// What of a container's streams is asked for. A person who reads slowly misses nothing, at the price that the program
  /// waits for them.
  init(_ request: AttachRequest, _ record: ContainerRecord) {
    self = .lossless
    if request.standardOutput { insert(.stdout) }
    if request.standardError { insert(.stderr) }
    if request.removes { insert(.removing) }
    if request.streams.input != nil, record.spec.stdinOpen { insert(.stdin) }
  }
}

extension StandardStreams {
  func write(_ bytes: [UInt8], to stream: LogEntry.Stream) throws(Failure) {
    let target = Descriptor(owning: stream == .stdout ? output : error)
    defer { _ = target.release() }
    do { try target.writeAll(bytes) } catch { throw error.failure }
  }

  fileprivate func take(_ frame: ShimFrame) throws(Failure) -> AttachEnd? {
    switch frame {
    case .stdout(let bytes): try write(bytes, to: .stdout)
    case .stderr(let bytes): try write(bytes, to: .stderr)
    case .exited(let code, _): return .exited(code)
    case .reply, .skipped: break
    }
    return nil
  }

  fileprivate func sendSize(_ shim: borrowing ShimConnection) throws(Failure) {
    guard let size = windowSize else { return }
    try shim.send(.resize(rows: size.rows, columns: size.columns))
  }

  /// Of the caller's terminal.
  var windowSize: WindowSize? {
    if let remoteTerminal { return remoteTerminal.size }
    for raw in [output, input].compactMap({ $0 }) {
      let terminal = Descriptor(owning: raw)
      defer { _ = terminal.release() }
      if let size = try? terminal.windowSize(), size.rows > 0 { return size }
    }
    return nil
  }
}

/// Recognises the keys that end an attachment among what is typed. Keys that only begin like them are passed on late.
public struct DetachKeys: Sendable {
  private let keys: [UInt8]
  private var matched = 0

  public init(_ keys: [UInt8]) { self.keys = keys }

  public mutating func filter(_ bytes: [UInt8]) -> (passed: [UInt8], isDetached: Bool) {
    guard !keys.isEmpty else { return (bytes, false) }
    var passed: [UInt8] = []
    for byte in bytes {
      if byte == keys[matched] {
        matched += 1
        if matched == keys.count { return (passed, true) }
        continue
      }
      passed += keys[..<matched]
      matched = 0
      if byte == keys[0] {
        matched = 1
        if keys.count == 1 { return (passed, true) }
      } else {
        passed.append(byte)
      }
    }
    return (passed, false)
  }
}
