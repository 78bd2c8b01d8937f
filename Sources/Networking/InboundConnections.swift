import Linux

/// Connections that others have to a process's network namespace: proc_pid_net(5).
public enum InboundConnections {
  /// How many are established to ports on which something listens there.
  public static func count(ofProcess pid: Int32) -> Int {
    ["tcp", "tcp6"].map { table in
      (try? readFile("/proc/\(pid)/net/\(table)")).map { count(in: String(decoding: $0, as: UTF8.self)) } ?? 0
    }.reduce(0, +)
  }

  static func count(in table: String) -> Int {
    var listening: Set<Substring> = []
    var established: [Substring] = []
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: " ", maxSplits: 4)
      guard fields.count > 3, let colon = fields[1].lastIndex(of: ":") else { continue }
      let port = fields[1][fields[1].index(after: colon)...]
      switch fields[3] {
      case "0A": listening.insert(port)
      // ESTABLISHED, and CLOSE_WAIT: the other end has said all, and waits for the rest of the answer.
      case "01", "08": established.append(port)
      default: break
      }
    }
    return established.filter(listening.contains).count
  }
}
