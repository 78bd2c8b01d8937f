/// Device rules as a BPF_PROG_TYPE_CGROUP_DEVICE program: what the unified hierarchy has in place of devices.allow.
///
/// The program sees `struct bpf_cgroup_dev_ctx`: access and type in one word, major, minor. It returns 1 when a rule
/// covers all of the access that is asked for.
enum DeviceFilter {
  static func program(_ rules: [DeviceRule]) -> [UInt8] {
    var code: [UInt8] = []
    // r2 = type, r3 = access, r4 = major, r5 = minor
    code += instruction(0x61, 2, 1, 0, 0)  // r2 = *(u32 *)(r1 + 0)
    code += instruction(0xbc, 3, 2, 0, 0)  // w3 = w2
    code += instruction(0x54, 2, 0, 0, 0xffff)  // w2 &= 0xffff
    code += instruction(0x74, 3, 0, 0, 16)  // w3 >>= 16
    code += instruction(0x61, 4, 1, 4, 0)  // r4 = *(u32 *)(r1 + 4)
    code += instruction(0x61, 5, 1, 8, 0)  // r5 = *(u32 *)(r1 + 8)
    for rule in rules { code += block(rule) }
    code += instruction(0xb4, 0, 0, 0, 0)  // w0 = 0
    code += instruction(0x95, 0, 0, 0, 0)  // exit
    return code
  }

  /// Each test that fails jumps behind the rule.
  private static func block(_ rule: DeviceRule) -> [UInt8] {
    var tests: [(prepare: [UInt8], jump: (Int16) -> [UInt8])] = []
    func differs(_ register: UInt8, _ value: UInt32) {
      tests.append(([], { instruction(0x56, register, 0, $0, Int32(bitPattern: value)) }))  // if wN != value
    }
    switch rule.kind {
    case .block: differs(2, 1)
    case .character: differs(2, 2)
    case .all: break
    }
    let access = rule.access.reduce(UInt32(0)) { $0 | ($1 == "m" ? 1 : $1 == "r" ? 2 : 4) }
    if access != 7 {
      // w1 = w3 & ~access: anything left is not allowed.
      let prepare = instruction(0xbc, 1, 3, 0, 0) + instruction(0x54, 1, 0, 0, Int32(bitPattern: ~access & 7))
      tests.append((prepare, { instruction(0x56, 1, 0, $0, 0) }))
    }
    if let major = rule.major { differs(4, major) }
    if let minor = rule.minor { differs(5, minor) }

    let allow = instruction(0xb4, 0, 0, 0, 1) + instruction(0x95, 0, 0, 0, 0)
    var code: [UInt8] = allow
    // From the back, where the distance to the end of the rule is known.
    for test in tests.reversed() { code = test.prepare + test.jump(Int16(code.count / 8)) + code }
    return code
  }

  /// `struct bpf_insn`
  private static func instruction(
    _ code: UInt8, _ destination: UInt8, _ source: UInt8, _ offset: Int16, _ immediate: Int32
  ) -> [UInt8] {
    [code, source << 4 | destination] + withUnsafeBytes(of: offset.littleEndian) { Array($0) }
      + withUnsafeBytes(of: immediate.littleEndian) { Array($0) }
  }
}
