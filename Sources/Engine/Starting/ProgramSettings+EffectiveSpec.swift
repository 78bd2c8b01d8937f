import Runtime

extension ProgramSettings {
  /// What the runtime needs of a container's and its image's settings together.
  init(_ effective: EffectiveSpec) {
    self.init(arguments: effective.arguments)
    environment = effective.environment
    workingDirectory = effective.workingDirectory
    user = effective.user
    hostname = effective.hostname
    stopSignal = effective.stopSignal
    healthcheck = effective.healthcheck
    shell = effective.shell
  }
}
