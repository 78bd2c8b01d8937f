import Diagnostics
import Engine
import EngineAPI
import Linux

/// The pipes between a program's streams and a client. Each direction has a thread that moves bytes; the pipes hold what
/// one side is ahead of the other.
struct Streaming {
  /// How what is said to the client is wrapped.
  enum Framing: Sendable {
    case raw
    case multiplexed
    /// One frame of RFC 6455 for each piece, of text or bytes.
    case webSocket
  }

  private let output: (reading: Descriptor, writing: Descriptor)
  private let error: (reading: Descriptor, writing: Descriptor)
  private let input: (reading: Descriptor, writing: Descriptor)?
  private let pump: Thread<Void>
  private let stop: Cancellation
  private let connection: RawConnection

  /// - Parameters:
  ///   - takesInput: what the client sends goes to the program.
  ///   - detachKeys: typed, they end the connection and nothing else.
  ///   - outlivesClient: what the program says is read on when nobody listens any more.
  init(
    _ connection: RawConnection, _ framing: Framing, takesInput: Bool, detachKeys: [UInt8] = [],
    outlivesClient: Bool = false
  ) throws {
    self.connection = connection
    let output = try Descriptor.pipe()
    let error = try Descriptor.pipe()
    let input = takesInput ? try Descriptor.pipe() : nil
    (self.output, self.error, self.input) = (output, error, input)
    let stop = try Cancellation()
    self.stop = stop
    pump = try Thread.spawn {
      Self.pump(output.reading, error.reading, to: connection.output, framing, outlivesClient, stop)
    }
    if let input {
      _ = try Thread.spawn { Self.feed(connection, to: input.writing, framing, DetachKeys(detachKeys)) }
    } else {
      // Only its end matters.
      _ = try Thread.spawn { while let bytes = try? connection.input.next(), !bytes.isEmpty {} }
    }
  }

  /// The program's ends.
  var streams: StandardStreams {
    var streams = StandardStreams(input: input?.reading.raw)
    streams.output = output.writing.raw
    streams.error = error.writing.raw
    return streams
  }

  /// The program is over: what it said reaches the client, and then the end of it.
  /// - Parameter patience: nanoseconds for what its own children may still say.
  func finish(_ message: String? = nil, patience: Int64 = 2_000_000_000) {
    if let message { try? output.writing.writeAll(message) }
    output.writing.close()
    error.writing.close()
    // A child that keeps the pipe open does not keep the client.
    if let done = try? Cancellation() {
      let stop = stop
      _ = try? Thread.spawn { if done.sleep(nanoseconds: patience) { stop.cancel() } }
      _ = try? pump.join()
      done.cancel()
    } else {
      stop.cancel()
    }
    connection.finish()
    input?.reading.close()
    input?.writing.close()
  }

  private static func pump(
    _ output: Descriptor, _ error: Descriptor, to outlet: Outlet, _ framing: Framing, _ outlivesClient: Bool,
    _ stop: Cancellation
  ) {
    var open = [output, error]
    while !open.isEmpty, let index = poll(open + [stop.descriptor]), index < open.count {
      let source = open[index]
      guard let bytes = try? source.read(upTo: 32 << 10), !bytes.isEmpty else {
        open.remove(at: index)
        continue
      }
      let frame = wrapped(bytes, source === output ? .standardOutput : .standardError, framing)
      do { try outlet.write(frame) } catch { if !outlivesClient { break } }
    }
    // A program that goes on writing is told that nobody reads.
    output.close()
    error.close()
    if framing == .webSocket { try? outlet.write(WebSocketFrame.encode([], opcode: WebSocketFrame.closing)) }
  }

  private static func wrapped(_ bytes: [UInt8], _ stream: StreamFrame.Stream, _ framing: Framing) -> [UInt8] {
    switch framing {
    case .raw: bytes
    case .multiplexed: StreamFrame.encode(bytes, stream)
    case .webSocket: WebSocketFrame.encode(bytes, opcode: WebSocketFrame.binary)
    }
  }

  private static func feed(_ connection: RawConnection, to input: Descriptor, _ framing: Framing, _ keys: DetachKeys) {
    var keys = keys
    var frames = WebSocketReader()
    while let bytes = try? connection.input.next(), !bytes.isEmpty {
      guard framing == .webSocket else {
        let (passed, isDetached) = keys.filter(bytes)
        guard (try? input.writeAll(passed)) != nil else { return drain(connection) }
        // Its input does not end by that.
        if isDetached { return leave(connection) }
        continue
      }
      frames.append(bytes)
      do {
        while let frame = try frames.next() {
          switch frame {
          case .data(let bytes): try input.writeAll(bytes)
          case .ping(let bytes):
            try connection.output.write(WebSocketFrame.encode(bytes, opcode: WebSocketFrame.pong))
          case .close:
            // It is answered in kind (RFC 6455, section 5.5.1), and there is no other way to say that no more will come.
            input.close()
            try connection.output.write(WebSocketFrame.encode([], opcode: WebSocketFrame.closing))
            return leave(connection)
          }
        }
      } catch { return drain(connection) }
    }
    input.close()
  }

  private static func leave(_ connection: RawConnection) {
    connection.output.close()
    connection.finish()
    drain(connection)
  }

  /// What the program does not read any more is dropped.
  private static func drain(_ connection: RawConnection) {
    while let bytes = try? connection.input.next(), !bytes.isEmpty {}
  }
}
