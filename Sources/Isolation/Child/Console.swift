import Glibc
import Launch
import Linux

/// A container's terminal.
enum Console {
  private static let magic = 0x1cd1  // DEVPTS_SUPER_MAGIC

  /// Makes a pseudo-terminal in the container's own devpts, hands its controlling end over, and puts the other on
  /// /dev/console.
  static func make(in root: Descriptor, rows: UInt16, columns: UInt16, channel: ChildChannel) throws(LaunchFailure)
    -> Descriptor
  {
    let terminal = try open(in: root, rows: rows, columns: columns, channel: channel)
    try during("mounting the terminal on", "/dev/console") { () throws(SystemError) in
      let place = try root.createInRoot("/dev/console", as: .file)
      try mount(terminal.procPath, on: place.procPath, flags: .bind)
    }
    return terminal
  }

  /// The program's end comes from TIOCGPTPEER: the number that the terminal has in /dev/pts is never looked up by a
  /// name that could have been replaced (CVE-2025-52565).
  static func open(in root: Descriptor, rows: UInt16, columns: UInt16, channel: ChildChannel) throws(LaunchFailure)
    -> Descriptor
  {
    let (controlling, terminal) = try during("making a terminal in", "/dev/pts") { () throws(SystemError) in
      let controlling = try root.openInRoot("/dev/pts/ptmx", .readWrite)
      let status = try controlling.status()
      guard status.kind == .characterDevice, status.major == 5, status.minor == 2,
        try controlling.fileSystemMagic() == magic
      else { throw SystemError("verifying", "/dev/pts/ptmx", errno: ENXIO) }
      if rows > 0, columns > 0 { try controlling.setWindowSize(WindowSize(rows: rows, columns: columns)) }
      return (controlling, try controlling.terminalPeer())
    }
    try channel.send(console: controlling)
    return terminal
  }
}
