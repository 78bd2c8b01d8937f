import CLinux
import Diagnostics
import Glibc
import Isolation
import Linux
import Testing

@testable import Runtime

/// A filter holds for the thread that installs it, so that a thread can try it and be gone.
private func errors(_ calls: [Int], under profile: SeccompProfile, _ capabilities: CapabilitySet = .usual) throws
  -> [Int32]
{
  let program = try SeccompCompiler.compile(profile, capabilities: capabilities, kernel: KernelVersion.running)
  return try Thread.spawn {
    try ProcessControl.setNoNewPrivileges()
    try ProcessControl.setSeccomp(program: program, flags: 0)
    return calls.map { number in
      // Arguments that no call takes: one that is let through fails with something else than EPERM.
      Int32(-min(clinux_syscall(number, -1, -1, -1, -1, -1, -1), 0))
    }
  }.join()
}

@Suite struct FilteredThreadTests {
  @Test("Under the standard filter the forbidden fails with EPERM, clone3 is not there, the rest reaches the kernel")
  func standard() throws {
    #expect(
      try errors([Int(SYS_mount), Int(SYS_unshare), Int(SYS_bpf), Int(SYS_io_uring_setup)], under: .standard)
        == [EPERM, EPERM, EPERM, EPERM])
    #expect(try errors([Int(SYS_clone3)], under: .standard) == [ENOSYS])
    #expect(try errors([Int(SYS_close), Int(SYS_getppid), Int(SYS_mkdirat)], under: .standard) == [EBADF, 0, EFAULT])
  }

  @Test("A socket of AF_VSOCK cannot be made, others can")
  func sockets() throws {
    let program = try SeccompCompiler.compile(.standard, capabilities: .usual, kernel: KernelVersion.running)
    let results = try Thread.spawn {
      try ProcessControl.setNoNewPrivileges()
      try ProcessControl.setSeccomp(program: program, flags: 0)
      return [40, AF_UNIX].map { clinux_syscall(Int(SYS_socket), Int($0), 1, 0, 0, 0, 0) }
    }.join()
    #expect(results[0] == -Int(EPERM))
    #expect(results[1] > 0)
    close(Int32(results[1]))
  }

  @Test("Calls that libseccomp does not know yet: those that are allowed get through, others do not exist")
  func newer() throws {
    // fchmodat2 and a number that no kernel has.
    let found = try errors([452, 990], under: .standard)
    #expect(found[0] != EPERM)
    #expect(found[1] == ENOSYS)
  }

  @Test("A profile of one's own decides alone")
  func own() throws {
    let profile = SeccompProfile(
      identity: "test", defaultAction: .allow, rules: [.init(names: ["mkdirat"], action: .fail(UInt32(ENOTTY)))])
    #expect(try errors([Int(SYS_mkdirat), Int(SYS_mount)], under: profile) == [ENOTTY, EFAULT])
  }

  @Test("The kernel takes the device program", .enabled(if: getuid() == 0, "loading programs needs root"))
  func deviceProgram() throws {
    do {
      let program = DeviceFilter.program(DeviceRule.standard + [DeviceRule(.block, 8, nil, "r")])
      _ = try BPF.loadDeviceProgram(program)
    } catch { if error.errno != ENOSYS { throw error } }
  }
}
