import Glibc

/// How another program is to be started (posix_spawn(3)): no signal that a thread of ours holds back is held back in it,
/// and it inherits no descriptor but those that are named.
public struct ProgramStart {
  /// Where its program is; searched in PATH where `searches`.
  public var path: String
  /// Its name comes first.
  public var arguments: [String]
  /// `NAME=value`; `nil`: that of this process.
  public var environment: [String]?
  public var searches = false
  /// What becomes which number, in this order.
  public var descriptors: [(Descriptor, Int32)] = []
  /// It leads a group of its own: what a terminal sends to this process' group is not for it.
  public var leadsGroup = false

  public init(_ path: String, _ arguments: [String], environment: [String]? = nil) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
  }

  /// - Returns: its number; it must be collected.
  /// - Throws: where it cannot be started. `ENOENT`: it is not there.
  public func run() throws(SystemError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Also from a number to itself: that is what makes it inherited.
    for (descriptor, number) in descriptors { posix_spawn_file_actions_adddup2(&actions, descriptor.raw, number) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    if leadsGroup { posix_spawnattr_setpgroup(&attributes, 0) }
    let flags = leadsGroup ? POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP : POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let arguments = self.arguments.map { strdup($0) } + [nil]
    let variables = environment.map { $0.map { strdup($0) } + [nil] }
    defer { for text in arguments + (variables ?? []) { free(text) } }
    func start(_ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> (Int32, pid_t) {
      var pid: pid_t = 0
      let start = searches ? posix_spawnp : posix_spawn
      let error = start(&pid, path, &actions, &attributes, arguments, environment)
      return (error, pid)
    }
    let (error, pid) = variables.map { $0.withUnsafeBufferPointer { start($0.baseAddress) } } ?? start(environ)
    guard error == 0 else { throw SystemError("starting", path, errno: error) }
    return pid
  }
}
