import Launch
import Linux

/// Where others read how the container is.
struct StateFile {
  let paths: PathsLaunch

  /// A full disk must not end a container, so a record that cannot be written is let go: who runs is asked of the
  /// kernel anyway.
  func write(_ record: StateRecord) { try? writeAtomically(record.json(), to: paths.state, mode: 0o644) }

  /// The last one, which is kept where it survives a reboot.
  func writeFinal(_ record: StateRecord) {
    if !paths.exitRecord.isEmpty { try? writeAtomically(record.json(), to: paths.exitRecord, mode: 0o644) }
    write(record)
  }
}
