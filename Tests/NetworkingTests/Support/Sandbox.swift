import Diagnostics
import Glibc
import Linux
import Testing

@testable import Networking

/// Whether tests may touch the kernel: network namespaces need root.
let isRoot = geteuid() == 0
let needsRoot: Comment = "network namespaces need root"

/// Runs `body` on a thread in a network namespace of its own with `lo` up, so the machine's network stays as it is.
func inSandbox<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
  try Thread.spawn {
    try Namespaces.network.unshare()
    try NetlinkSocket(.route).perform([Rtnetlink.setUp("lo")])
    return try body()
  }.join()
}

/// Runs a program in the calling thread's network namespace and returns what it printed, standard error included.
@discardableResult
func run(_ program: String, _ arguments: String...) throws -> String {
  let (reading, writing) = try Descriptor.pipe()
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, writing.raw, 1)
  posix_spawn_file_actions_adddup2(&actions, writing.raw, 2)
  let words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
  defer { words.forEach { free($0) } }
  var pid: pid_t = 0
  let error = posix_spawnp(&pid, program, &actions, nil, words, environ)
  guard error == 0 else { throw SystemError("running", program, errno: error) }
  writing.close()
  let output = String(decoding: try reading.readAll(), as: UTF8.self)
  var status: Int32 = 0
  waitpid(pid, &status, 0)
  return output
}

/// Whether a program of the distribution is installed.
func hasProgram(_ name: String) -> Bool {
  ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].contains { access("\($0)/\(name)", X_OK) == 0 }
}
