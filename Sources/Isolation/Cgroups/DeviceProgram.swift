import Linux

/// A container's device policy where it is a program: BPF_PROG_TYPE_CGROUP_DEVICE.
enum DeviceProgram {
  static func attach(_ instructions: [UInt8], to cgroup: Descriptor) throws(SystemError) {
    let program = try BPF.loadDeviceProgram(instructions)
    try BPF.attachDeviceProgram(program, to: cgroup)
  }
}
