import Diagnostics
import Glibc
import Linux
import Presentation
import Synchronization

/// Shortcuts at the bottom of the terminal while `up` shows logs: a key each, without Enter.
final class UpMenu: Sendable {
  enum Key: Character {
    case watch = "w"
    case detach = "d"
  }

  private struct State {
    var items: [(Key, String)] = []
    var former: TerminalSettings?
    var reader: Thread<Void>?
  }

  private let style: Style
  private let state = Mutex(State())
  private let over: Cancellation

  /// Where a person sits at a terminal, and wants it (`--menu`, COMPOSE_MENU).
  static func isWanted(_ invocation: Invocation) -> Bool {
    guard isatty(0) == 1, Output.standard.isTerminal, tcgetpgrp(0) == getpgrp() else { return false }
    if invocation.arguments.isGiven("menu") { return invocation.arguments.boolean("menu") }
    return invocation.variable("COMPOSE_MENU") == nil || invocation.isOn("COMPOSE_MENU")
  }

  init(style: Style) throws {
    self.style = style
    over = try Cancellation()
  }

  /// Shows the menu and calls `pressed` for its keys, from a thread of its own, until `end`.
  func begin(_ items: [(Key, String)], pressed: @escaping @Sendable (Key) -> Void) throws {
    let terminal = Descriptor(owning: 0)
    // Standard input stays open when this value goes.
    defer { _ = terminal.release() }
    let former = try terminal.readKeys()
    let over = over
    let reader = try Thread.spawn {
      let input = Descriptor(owning: 0)
      defer { _ = input.release() }
      while poll([over.descriptor, input]) == 1 {
        guard let bytes = try? input.read(upTo: 64), !bytes.isEmpty else { return }
        for byte in bytes {
          if let key = Key(rawValue: Character(Unicode.Scalar(byte))) { pressed(key) }
        }
      }
    }
    state.withLock { state in
      state.former = former
      state.reader = reader
      state.items = items
    }
    Output.standard.write(line)
  }

  /// What a key says from now on.
  func set(_ key: Key, _ text: String) {
    state.withLock { state in
      for index in state.items.indices where state.items[index].0 == key { state.items[index].1 = text }
    }
    Output.standard.write("\r\u{1B}[K" + line)
  }

  /// Whole lines of something else, above the menu.
  func write(_ bytes: [UInt8], to output: Output) {
    guard output.isTerminal, state.withLock({ $0.former != nil }) else { return output.write(bytes) }
    output.write(Array("\r\u{1B}[K".utf8) + bytes + Array(line.utf8))
  }

  func end() {
    let (former, reader) = state.withLock { state in
      defer { (state.former, state.reader) = (nil, nil) }
      return (state.former, state.reader)
    }
    guard let former else { return }
    over.cancel()
    _ = try? reader?.join()
    Output.standard.write("\r\u{1B}[K")
    let terminal = Descriptor(owning: 0)
    defer { _ = terminal.release() }
    try? terminal.setTerminal(former)
  }

  private var line: String {
    state.withLock { state in
      state.items.map { "  " + style.paint(String($0.0.rawValue), .bold) + " " + $0.1 }.joined()
    }
  }
}
