import OCI
import Runtime

extension ImageDefaults {
  /// What the runtime needs to know of an image.
  init(_ image: ExecutionParameters) {
    self.init()
    entrypoint = image.entrypoint ?? []
    command = image.command ?? []
    environment = image.environment
    workingDirectory = image.workingDirectory ?? ""
    user = image.user ?? ""
    stopSignal = image.stopSignal ?? ""
    shell = image.shell ?? []
    guard let check = image.healthcheck, let test = check.test, !test.isEmpty else { return }
    var healthcheck = Healthcheck()
    healthcheck.test = test
    healthcheck.interval = check.interval ?? 0
    healthcheck.timeout = check.timeout ?? 0
    healthcheck.startPeriod = check.startPeriod ?? 0
    healthcheck.startInterval = check.startInterval ?? 0
    healthcheck.retries = check.retries ?? 0
    self.healthcheck = healthcheck
  }
}
