import Glibc
import Linux
import Presentation

/// One of the places where the command writes. Every write is a whole text, so that two threads never mix lines.
struct Output: Sendable {
  let number: Int32

  static let standard = Output(number: 1)
  static let error = Output(number: 2)

  var isTerminal: Bool { isatty(number) == 1 }

  func write(_ text: String) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

  func print(_ line: String) { write(line + "\n") }

  /// Somebody who stops reading ends the command through SIGPIPE; other errors leave nobody to tell.
  private func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(number, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      } else if errno == EAGAIN {
        // The terminal was made non-blocking by whoever shares it.
        var waiting = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return
      }
    }
  }

  /// Columns and rows of the terminal; a terminal that does not know its size counts as 80 × 24.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
