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
  private let connection: RawConnection

  /// - Parameter takesInput: what the client sends goes to the program.
  init(_ connection: RawConnection, _ framing: Framing, takesInput: Bool) throws {
    self.connection = connection
    let output = try Descriptor.pipe()
    let error = try Descriptor.pipe()
    let input = takesInput ? try Descriptor.pipe() : nil
    (self.output, self.error, self.input) = (output, error, input)
    pump = try Thread.spawn { Self.pump(output.reading, error.reading, to: connection.output, framing) }
    if let input {
      _ = try Thread.spawn { Self.feed(connection, to: input.writing, framing) }
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
    let watchdog = try? Cancellation()
    let (reading, failing) = (output.reading, error.reading)
    if let watchdog {
      _ = try? Thread.spawn {
        if watchdog.sleep(nanoseconds: patience) {
          try? reading.setNonBlocking(true)
          try? failing.setNonBlocking(true)
          connection.output.close()
        }
      }
    }
    _ = try? pump.join()
    watchdog?.cancel()
    connection.finish()
    input?.reading.close()
  }

  private static func pump(_ output: Descriptor, _ error: Descriptor, to outlet: Outlet, _ framing: Framing) {
    var open = [output, error]
    while !open.isEmpty, let index = poll(open, timeout: nil) {
      let source = open[index]
      guard let bytes = try? source.read(upTo: 32 << 10), !bytes.isEmpty else {
        open.remove(at: index)
        continue
      }
      do { try outlet.write(wrapped(bytes, source === output ? .standardOutput : .standardError, framing)) } catch {
        break
      }
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

  private static func feed(_ connection: RawConnection, to input: Descriptor, _ framing: Framing) {
    defer { input.close() }
    var frames = WebSocketReader()
    while let bytes = try? connection.input.next(), !bytes.isEmpty {
      guard framing == .webSocket else {
        guard (try? input.writeAll(bytes)) != nil else { return drain(connection) }
        continue
      }
      frames.append(bytes)
      do {
        while let frame = try frames.next() {
          switch frame {
          case .data(let bytes): try input.writeAll(bytes)
          case .ping(let bytes):
            try connection.output.write(WebSocketFrame.encode(bytes, opcode: WebSocketFrame.pong))
          case .close: return
          }
        }
      } catch { return drain(connection) }
    }
  }

  /// What the program does not read any more is dropped.
  private static func drain(_ connection: RawConnection) {
    while let bytes = try? connection.input.next(), !bytes.isEmpty {}
  }
}
