import Glibc
import Linux
import Synchronization

/// The kernel's preparation for moving processes between control groups, taken ahead of the first move.
///
/// With the older hierarchies a child must be moved into its groups, and the first move after a pause waits for a grace
/// period of RCU, ten milliseconds and more; those that follow soon after do not (`rcu_sync_enter`, `cgroup_threadgroup_rwsem`
/// in the kernel's kernel/cgroup/cgroup.c). A process that "moves" itself to where it is pays for that time while
/// networks and files are still being made.
final class CgroupMoves: Sendable {
  /// Odd while moves are expected.
  private let round = Atomic(0)

  /// Begins on a thread of its own. Does nothing where a child can be born in its group, nor a second time.
  func expect() {
    guard let file = Self.ownProcesses(CgroupLayout.machine, (try? readText("/proc/self/cgroup")) ?? ""),
      let mine = advance(from: 0)
    else { return }
    _ = try? Thread.spawn(stackSize: 64 << 10) { [self] in
      // The effect wears off after another grace period. No wish for it may outlive the work that has one by much.
      for _ in 0..<50 where round.load(ordering: .relaxed) == mine {
        guard (try? writeExisting("\(getpid())", to: file)) != nil else { return }
        Monotonic.sleep(nanoseconds: 3_000_000)
      }
    }
  }

  /// The moves are made, or will not be.
  func end() { _ = advance(from: 1) }

  /// - Parameter parity: of the round that this ends.
  /// - Returns: the round that has begun; `nil` where another call has been faster, or nothing is to be changed.
  private func advance(from parity: Int) -> Int? {
    let now = round.load(ordering: .relaxed)
    guard now % 2 == parity else { return nil }
    return round.compareExchange(expected: now, desired: now + 1, ordering: .relaxed).exchanged ? now + 1 : nil
  }

  /// The file that lists the processes of the group in which this process is, in any of the older hierarchies.
  /// - Parameter membership: the text of /proc/self/cgroup (cgroups(7)).
  static func ownProcesses(_ layout: CgroupLayout, _ membership: String) -> String? {
    guard layout.version == .v1 else { return nil }
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      // A group above the root of the cgroup namespace shows as `/..` and has no path here.
      guard fields.count == 3, fields[2].hasPrefix("/"), !fields[2].hasPrefix("/..") else { continue }
      let controllers = fields[1].split(separator: ",").map(String.init)
      guard let hierarchy = layout.hierarchies.first(where: { Set($0.controllers) == Set(controllers) }) else {
        continue
      }
      return hierarchy.mountPoint + (fields[2] == "/" ? "" : String(fields[2])) + "/cgroup.procs"
    }
    return nil
  }
}

extension Runtime {
  /// Containers will be started soon: what the kernel takes its time for begins now.
  public func expectStarts() { cgroupMoves.expect() }

  /// No more starts are on their way.
  public func startsAreMade() { cgroupMoves.end() }
}
