import Diagnostics
import Launch
import Linux
import Spec

extension Runtime {
  /// Everything that a shim must know to run the container. Nothing is changed on the machine.
  public func prepare(_ spec: ContainerSpec, _ program: ProgramSettings, _ resources: LaunchResources) throws(Failure)
    -> PreparedLaunch
  {
    var draft = LaunchDraft(spec: spec, program: program, resources: resources)
    let security = try SecuritySettings(spec)
    draft.warnings += security.warnings

    draft.message.container.id = resources.id
    draft.message.container.forgoneFeatures = Kernel.forgone.rawValue
    draft.message.container.root = resources.root
    draft.message.container.root.readOnly = spec.readOnly
    draft.message.container.initProcess = spec.initProcess
    try draft.addNamespaces()
    try draft.addMounts()
    try draft.addDevices()
    try draft.addSysctls()
    try draft.addProcess()
    try draft.addSecurity(
      security,
      filter: security.filter.map { profile throws(Failure) in
        try seccompProgram(profile, capabilities: security.capabilities)
      })
    let groups = try cgroup(for: spec, id: resources.id, devices: draft.deviceRules)
    draft.message.container.cgroup = groups.launch
    draft.warnings += groups.warnings
    try draft.addDuties()
    draft.message.ownCgroups = ownCgroups
    return PreparedLaunch(message: draft.message, descriptors: draft.descriptors, warnings: draft.warnings)
  }
}

/// A launch message in the making.
struct LaunchDraft {
  let spec: ContainerSpec
  let program: ProgramSettings
  let resources: LaunchResources
  var message = LaunchMessage()
  var descriptors: [Descriptor] = []
  var warnings: [Warning] = []
  /// What the container's programs may open.
  var deviceRules: [DeviceRule] = []

  init(spec: ContainerSpec, program: ProgramSettings, resources: LaunchResources) {
    self.spec = spec
    self.program = program
    self.resources = resources
  }

  /// The number that the descriptor has in the shim.
  mutating func pass(_ descriptor: Descriptor) -> Int32 {
    descriptors.append(descriptor)
    return Descriptors.first + Int32(descriptors.count - 1)
  }
}
