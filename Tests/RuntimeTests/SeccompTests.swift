import Diagnostics
import Glibc
import Linux
import Testing

@testable import Runtime

@Suite struct SeccompTests {
  private func names(_ capabilities: CapabilitySet, kernel: [Int] = [6, 1]) -> Set<String> {
    let rules = SeccompProfile.standard.rules(for: capabilities, architecture: "amd64", kernel: kernel)
    return Set(rules.filter { $0.action == .allow && $0.arguments.isEmpty }.flatMap(\.names))
  }

  @Test("The standard profile allows what programs need and leaves out what reaches the host")
  func standard() {
    let allowed = names(.usual)
    for name in ["read", "openat2", "execve", "futex", "epoll_pwait2", "arch_prctl", "ptrace", "chroot"] {
      #expect(allowed.contains(name), "\(name)")
    }
    for name in [
      "mount", "unshare", "setns", "bpf", "io_uring_setup", "kexec_load", "add_key", "keyctl", "init_module", "reboot",
      "open_by_handle_at", "perf_event_open", "userfaultfd", "clone", "clone3", "socket", "personality", "syslog",
    ] {
      #expect(!allowed.contains(name), "\(name)")
    }
  }

  @Test("A capability brings its calls along")
  func capabilities() {
    let admin = names(CapabilitySet.usual.union(CapabilitySet([Capability.sysAdmin, .sysTime])))
    for name in ["mount", "unshare", "clone", "clone3", "settimeofday"] { #expect(admin.contains(name), "\(name)") }
    #expect(!admin.contains("reboot"))
  }

  @Test("ptrace is allowed only where the kernel has made it safe")
  func kernel() {
    #expect(!names(.usual, kernel: [4, 4]).contains("ptrace"))
    #expect(names(.usual, kernel: [4, 8]).contains("ptrace"))
  }

  @Test("A program comes out of the compiler, and the same one out of the cache")
  func cache() throws {
    let folder = "/tmp/davit-test-seccomp-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { try? removeTree(folder) }
    let settings = Runtime.Settings(shim: "", cgroupParent: "davit", cache: folder)
    let compiled = try Runtime(settings).seccompProgram(.standard, capabilities: .usual)
    #expect(compiled.count > 1000)
    #expect(compiled.count % 8 == 0)
    #expect(try listDirectory(folder).count == 1)
    #expect(try Runtime(settings).seccompProgram(.standard, capabilities: .usual) == compiled)
  }

  @Test("A damaged file of the cache is not used")
  func damage() throws {
    let folder = "/tmp/davit-test-seccomp-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { try? removeTree(folder) }
    try SeccompCache.write([UInt8](repeating: 1, count: 16), "key", in: folder)
    #expect(SeccompCache.read("key", in: folder)?.count == 16)
    let path = try folder + "/" + listDirectory(folder)[0]
    var bytes = try readFile(path)
    bytes[5] ^= 1
    try writeAtomically(bytes, to: path)
    #expect(SeccompCache.read("key", in: folder) == nil)
    #expect(SeccompCache.read("other", in: folder) == nil)
  }

  @Test("Profiles in Docker's JSON are read, with conditions and several comparisons")
  func json() throws {
    let profile = try SeccompProfile.read(
      """
      {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
        {"name": "clone", "action": "SCMP_ACT_KILL_PROCESS",
         "args": [{"index": 0, "value": 1, "valueTwo": 1, "op": "SCMP_CMP_MASKED_EQ"}],
         "includes": {"caps": ["CAP_SYS_ADMIN"], "minKernel": "5.10"}, "excludes": {"arches": ["s390x"]}}]}
      """)
    #expect(profile.defaultAction == .allow)
    #expect(profile.rules[0].action == .fail(13))
    #expect(profile.rules[1].minimumKernel == [5, 10])
    #expect(profile.rules(for: .usual, architecture: "amd64", kernel: [6, 1]).count == 1)
    #expect(try !SeccompCompiler.compile(profile, capabilities: .usual, kernel: [6, 1]).isEmpty)
  }

  @Test("What is no profile is refused with its name")
  func nonsense() {
    let mistyped = #expect(throws: Failure.self) { try SeccompProfile.read("{\"defaultAction\": 5}") }
    #expect(mistyped?.message == "has something else than a profile has at defaultAction")
    let cut = #expect(throws: Failure.self) { try SeccompProfile.read("{") }
    #expect(cut?.message == "is not valid JSON")
    #expect(throws: Failure.self) { try SeccompProfile.read("{\"defaultAction\": \"SCMP_ACT_DANCE\"}") }
    #expect(throws: Failure.self) { try SeccompProfile.read("/nonexistent/profile.json") }
  }
}
