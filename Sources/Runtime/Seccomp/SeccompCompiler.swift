import CSeccomp
import Diagnostics
import Glibc
import Linux

/// Profiles → programs of the kernel's filter machine, by libseccomp.
enum SeccompCompiler {
  #if arch(x86_64)
    /// Docker's name of this machine.
    static let architecture = "amd64"
    static let nativeName = "SCMP_ARCH_X86_64"
    /// As the kernel tells it to filters (linux/audit.h).
    private static let auditArchitecture: UInt32 = 0xc000_003e
    /// Other system call tables that a program here can use; each is filtered too.
    private static let compatible = ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]
  #elseif arch(arm64)
    static let architecture = "arm64"
    static let nativeName = "SCMP_ARCH_AARCH64"
    private static let auditArchitecture: UInt32 = 0xc000_00b7
    private static let compatible = ["SCMP_ARCH_ARM"]
  #else
    static let architecture = "riscv64"
    static let nativeName = "SCMP_ARCH_RISCV64"
    private static let auditArchitecture: UInt32 = 0xc000_00f3
    private static let compatible: [String] = []
  #endif

  /// - Returns: `struct sock_filter` entries.
  static func compile(_ profile: SeccompProfile, capabilities: CapabilitySet, kernel: [Int]) throws(Failure) -> [UInt8]
  {
    let fallback = code(profile.defaultAction)
    guard let context = seccomp_init(fallback) else {
      throw Failure(.system, "libseccomp cannot be initialized", subject: "seccomp")
    }
    defer { seccomp_release(context) }
    let names = profile.architectures.isEmpty ? [nativeName] + compatible : profile.architectures
    for name in names where name != nativeName {
      // As libseccomp writes it: SCMP_ARCH_X86 is `x86`.
      let token = seccomp_arch_resolve_name(name.dropFirst("SCMP_ARCH_".count).lowercased())
      guard token != 0 else { throw Failure(.invalidInput, "there is no architecture \(name)", subject: "seccomp") }
      let result = seccomp_arch_add(context, token)
      if result != 0, result != -EEXIST { throw failure("adding \(name)", result) }
    }
    // A tree instead of a list: a call costs the logarithm of what it would (libseccomp 2.5).
    _ = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2)
    var newer: [String] = []
    for rule in profile.rules(for: capabilities, architecture: architecture, kernel: kernel) {
      // What is the default already need not be said, and libseccomp does not take it.
      if code(rule.action) == fallback { continue }
      for name in rule.names {
        let number = seccomp_syscall_resolve_name(name)
        if number == -1 {
          if rule.action == .allow, rule.arguments.isEmpty { newer.append(name) }
          continue
        }
        try add(rule, number, name, to: context)
      }
    }
    let program = try export(context)
    guard case .fail = profile.defaultAction else { return program }
    return NewerCalls.prologue(
      allowing: newer, auditArchitecture: auditArchitecture, lastKnown: NewerCalls.lastKnown) + program
  }

  private static func add(_ rule: SeccompProfile.Rule, _ number: Int32, _ name: String, to context: scmp_filter_ctx)
    throws(Failure)
  {
    // libseccomp takes one comparison for each argument; several on one are alternatives, so rules of their own.
    let indices = rule.arguments.map(\.index)
    let groups = Set(indices).count == indices.count ? [rule.arguments] : rule.arguments.map { [$0] }
    for arguments in groups {
      let compared = arguments.map { argument in
        scmp_arg_cmp(
          arg: argument.index, op: comparison(argument.comparison), datum_a: argument.value, datum_b: argument.second)
      }
      let result = seccomp_rule_add_array(context, code(rule.action), number, UInt32(compared.count), compared)
      if result != 0, result != -EEXIST { throw failure("adding a rule for \(name)", result) }
    }
  }

  private static func export(_ context: scmp_filter_ctx) throws(Failure) -> [UInt8] {
    do {
      let file = try Descriptor.scratchFile("seccomp")
      let result = seccomp_export_bpf(context, file.raw)
      if result != 0 { throw failure("exporting the filter", result) }
      let size = Int(try file.status().size)
      return try file.read(upTo: size, at: 0)
    } catch { throw Failure(error, subject: "seccomp") }
  }

  private static func failure(_ step: String, _ result: Int32) -> Failure {
    Failure(SystemError(step, errno: -result), subject: "seccomp")
  }

  private static func comparison(_ comparison: SeccompProfile.Argument.Comparison) -> scmp_compare {
    switch comparison {
    case .notEqual: SCMP_CMP_NE
    case .less: SCMP_CMP_LT
    case .lessOrEqual: SCMP_CMP_LE
    case .equal: SCMP_CMP_EQ
    case .greaterOrEqual: SCMP_CMP_GE
    case .greater: SCMP_CMP_GT
    case .maskedEqual: SCMP_CMP_MASKED_EQ
    }
  }

  /// SECCOMP_RET_* (linux/seccomp.h), which are libseccomp's actions too.
  private static func code(_ action: SeccompProfile.Action) -> UInt32 {
    switch action {
    case .allow: 0x7fff_0000
    case .killThread: 0
    case .killProcess: 0x8000_0000
    case .log: 0x7ffc_0000
    case .trap: 0x0003_0000
    case .fail(let errno): 0x0005_0000 | errno & 0xffff
    case .trace(let message): 0x7ff0_0000 | message & 0xffff
    }
  }
}
