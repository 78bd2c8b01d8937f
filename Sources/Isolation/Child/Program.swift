import Glibc
import Launch
import Linux

/// The last part of every way into a container, from the finished root to exec(2).
struct Program {
  var process: ProcessLaunch
  var security: SecurityLaunch
  var streams: ProgramStreams
  var terminal: Descriptor?
  /// The container's root directory, which is also `/` by now.
  var root: Descriptor
  /// Process 1 stays and looks after the program, which becomes its child.
  var runsUnderInit = false
  /// The program dies with the process that started it.
  var diesWithParent = true

  /// Returns only with the reason why there is no program.
  func become(channel: ChildChannel) -> LaunchFailure {
    do { return try prepareAndExecute(channel) } catch { return error }
  }

  private func prepareAndExecute(_ channel: ChildChannel) throws(LaunchFailure) -> LaunchFailure {
    let account = try Account.resolve(process.user, groups: process.groups, in: AccountFiles(root: root))
    var environment = process.environment
    if !environment.contains(where: { $0.hasPrefix("HOME=") }) { environment.append("HOME=\(account.home)") }

    try StandardStreams.install(streams, terminal: terminal)
    StandardStreams.give(to: account, terminal: terminal != nil)
    let entered = try WorkingDirectory.enter(process.workingDirectory)
    try label()
    umask(process.umask ?? 0o022)
    try reporting { () throws(SystemError) in try ProcessControl.closeOnExec(from: 3) }
    if !runsUnderInit { try startSession() }
    try Privileges.drop(to: account, security)
    if !entered, try !WorkingDirectory.enter(process.workingDirectory) {
      throw LaunchFailure(step: "entering the working directory", path: process.workingDirectory, errno: EACCES)
    }
    if diesWithParent { try dieWithParent(channel) }

    if runsUnderInit {
      try Init.fork(channel)
      try startSession()
    }
    ProcessControl.resetSignals()
    return ProgramFile.execute(process.arguments, environment: environment)
  }

  /// Only now, because a change of user clears it; and the parent may have died before.
  private func dieWithParent(_ channel: ChildChannel) throws(LaunchFailure) {
    try reporting { () throws(SystemError) in try ProcessControl.setParentDeathSignal(SIGKILL) }
    if channel.isAbandoned { _exit(125) }
  }

  private func startSession() throws(LaunchFailure) {
    try reporting { () throws(SystemError) in
      try ProcessControl.startSession()
      try terminal?.becomeControllingTerminal()
    }
  }

  private func label() throws(LaunchFailure) {
    guard !security.appArmorProfile.isEmpty || !security.selinuxLabel.isEmpty else { return }
    let proc = try ProcessFileSystem.private()
    if !security.appArmorProfile.isEmpty {
      try proc.setExecLabel("exec " + security.appArmorProfile, module: "apparmor")
    }
    if !security.selinuxLabel.isEmpty { try proc.setExecLabel(security.selinuxLabel, module: nil) }
  }
}
