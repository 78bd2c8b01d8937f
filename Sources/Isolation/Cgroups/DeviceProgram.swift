import Linux

/// A container's device policy where it is a program: BPF_PROG_TYPE_CGROUP_DEVICE.
enum DeviceProgram {
  static func attach(_ instructions: [UInt8], to cgroup: Descriptor) throws(SystemError) {
    // The cgroup outlives a restart, and its program with it.
    if try BPF.deviceProgramCount(of: cgroup) > 0 { return }
    let program = try BPF.loadDeviceProgram(instructions)
    try BPF.attachDeviceProgram(program, to: cgroup)
  }
}
