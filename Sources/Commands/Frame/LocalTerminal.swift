import Arguments
import Diagnostics
import Glibc
import Linux

/// The terminal that the person sits at, lent to a program in a container.
enum LocalTerminal {
  /// A terminal is given by default where standard input and output are one.
  static func wanted(_ arguments: ParsedArguments) -> Bool {
    if arguments.boolean("no-tty") || !arguments.boolean("tty") { return false }
    return isatty(0) == 1 && isatty(1) == 1
  }

  /// Runs `work` with the terminal in raw mode and puts it back, whatever happens.
  /// - Parameter raw: every key goes to the program, Ctrl-C included.
  /// - Parameter sized: `work` is given a descriptor that says when the size changes.
  static func attached<Value>(raw: Bool, sized: Bool, _ work: (Int32?) throws -> Value) throws -> Value {
    let changes = sized ? try sizeChanges() : nil
    guard raw else { return try work(changes?.descriptor.raw) }
    let terminal = Descriptor(owning: 0)
    // Standard input stays open when this value goes.
    defer { _ = terminal.release() }
    let former = try terminal.makeRaw()
    defer { try? terminal.setTerminal(former) }
    return try work(changes?.descriptor.raw)
  }

  private static func sizeChanges() throws -> SignalDescriptor {
    let signals: SignalSet = [SIGWINCH]
    signals.block()
    return try SignalDescriptor(signals)
  }
}
