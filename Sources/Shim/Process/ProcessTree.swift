import Glibc
import Linux

/// Kills a program with everything that it started.
enum ProcessTree {
  /// Each process is stopped before its children are looked up, so none is born unseen. One whose parent is gone
  /// already is found by the session that the program leads.
  /// - Parameter others: processes among which such orphans are looked for: those of the container.
  static func kill(_ root: Int32, among others: [Int32]) {
    var found: [Int32] = []
    var next = [root] + others.filter { $0 != root && getsid($0) == root }
    while let pid = next.popLast() {
      guard !found.contains(pid) else { continue }
      Glibc.kill(pid, SIGSTOP)
      found.append(pid)
      next += children(of: pid)
    }
    for pid in found { Glibc.kill(pid, SIGKILL) }
  }

  /// proc_tid_children(5), of all threads.
  private static func children(of pid: Int32) -> [Int32] {
    let threads = (try? listDirectory("/proc/\(pid)/task")) ?? []
    return threads.flatMap { thread in
      let text = (try? readText("/proc/\(pid)/task/\(thread)/children")) ?? ""
      return text.split(separator: " ").compactMap { Int32($0) }
    }
  }
}
