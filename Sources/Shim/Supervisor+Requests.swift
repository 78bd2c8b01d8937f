import Glibc
import Launch
import Linux

extension Supervisor: AttachRequests {
  func input(_ bytes: [UInt8]) -> Bool { input?.write(bytes) ?? true }

  /// A terminal has no end that could be sent without hanging up on everybody.
  func endOfInput() { if message.streams.stdinOnce, console == nil { input?.end() } }

  func inputClientLeft() { endOfInput() }

  func outputMayGoOn() {
    guard outputs.isHeld, !attach.isBlocking else { return }
    outputs.hold(false)
    // The program may have ended meanwhile, with its last words in the pipe.
    guard ended != nil else { return }
    outputs.drain()
    if outputs.isHeld { return }
    if outputs.isOpen { loop.set(.drain, at: Monotonic.now + 1_000_000_000) } else { finishExit() }
  }

  func request(_ frame: ClientFrame, from client: AttachClient) {
    switch frame {
    case .resize(let rows, let columns):
      let size = WindowSize(rows: rows, columns: columns)
      windowSize = size
      try? console?.setWindowSize(size)
    case .stop(let signal, let milliseconds):
      guard lifecycle.phase != .ended else { return attach.reply(client, errno: 0) }
      client.stopRequests += 1
      perform(.stop(signal: signal, timeout: milliseconds.map(nanoseconds)))
    case .signal(let number): answer(client, perform(.signal(number)))
    case .pause: answer(client, perform(.pause))
    case .resume: answer(client, perform(.resume))
    case .restartPolicy(let policy): answer(client, perform(.policy(policy)))
    case .networks(let networks):
      names?.use(namesDirectories: networks.namesDirectories)
      farewell = Farewell(exitNetlink: networks.exitNetlink, unlinkOnExit: networks.unlinkOnExit)
      answer(client, 0)
    case .limits(let writes):
      sandbox.setLimits(writes)
      answer(client, 0)
    case .events(let events):
      journal = Journal(events)
      answer(client, 0)
    case .hostPorts(let isOpen):
      ports?.setOpen(isOpen)
      answer(client, 0)
    case .hello, .stdin, .endOfInput, .wait: break
    }
  }

  private func answer(_ client: AttachClient, _ errno: Int32) {
    attach.reply(client, errno: errno, text: errno == 0 ? "" : String(cString: strerror(errno)))
  }

  /// Negative stays negative: without end.
  private func nanoseconds(_ milliseconds: Int64) -> Int64 {
    let product = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    return product.overflow ? -1 : product.partialValue
  }
}
