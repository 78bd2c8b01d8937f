import Diagnostics
import Launch
import Linux
import Spec

extension LaunchDraft {
  /// What the shim does beside running the program.
  mutating func addDuties() throws(Failure) {
    message.paths = resources.paths
    message.log = resources.log
    message.restart = resources.restart
    message.dns = resources.dns
    message.exitNetlink = resources.exitNetlink
    message.unlinkOnExit = resources.unlinkOnExit
    message.events = resources.events
    message.remover = resources.remover
    message.removerEnvironment = resources.removerEnvironment
    message.streams.stdinOpen = spec.stdinOpen
    message.streams.stdinOnce = spec.stdinOnce ?? false
    message.streams.firstClient = resources.firstClient.map { pass($0) }
    for (socket, port) in resources.ports {
      var port = port
      port.descriptor = pass(socket)
      message.ports.append(port)
    }
    message.stop.signal = try SignalNumber.parse(program.stopSignal)
    if let period = spec.stopGracePeriod { message.stop.timeout = period }
    message.health = try program.healthcheck.flatMap { check throws(Failure) in
      try HealthLaunch(check, shell: program.shell)
    }
  }
}

extension HealthLaunch {
  /// `nil`: there is no check. Zero and absent times are Docker's defaults.
  init?(_ spec: HealthcheckSpec, shell: [String]) throws(Failure) {
    self.init()
    guard let form = spec.test.first, form != "NONE" else { return nil }
    let rest = Array(spec.test.dropFirst())
    switch form {
    case "CMD": arguments = rest
    case "CMD-SHELL": arguments = shell + [rest.joined(separator: " ")]
    default:
      throw Failure(
        .invalidInput, "begins with \"\(form)\"", subject: "healthcheck.test", hint: "NONE, CMD or CMD-SHELL")
    }
    guard !rest.isEmpty else { throw Failure(.invalidInput, "names no program", subject: "healthcheck.test") }
    if let value = spec.interval, value > 0 { interval = value }
    if let value = spec.timeout, value > 0 { timeout = value }
    if let value = spec.startPeriod { startPeriod = value }
    if let value = spec.startInterval, value > 0 { startInterval = value }
    if let value = spec.retries, value > 0 { retries = UInt32(clamping: value) }
  }
}
