import Testing

@testable import Runtime

/// Runs the program on a little machine that knows just the instructions that are used.
private func run(_ program: [UInt8], type: UInt32, access: UInt32, major: UInt32, minor: UInt32) -> UInt32 {
  let context = [access << 16 | type, major, minor]
  var registers = [UInt32](repeating: 0, count: 11)
  var next = 0
  while true {
    let at = next * 8
    let (code, destination, source) = (program[at], Int(program[at + 1] & 15), Int(program[at + 1] >> 4))
    let offset = Int16(bitPattern: UInt16(program[at + 2]) | UInt16(program[at + 3]) << 8)
    let immediate = (0..<4).reduce(UInt32(0)) { $0 | UInt32(program[at + 4 + $1]) << UInt32($1 * 8) }
    next += 1
    switch code {
    case 0x61: registers[destination] = context[Int(offset) / 4]
    case 0xbc: registers[destination] = registers[source]
    case 0x54: registers[destination] &= immediate
    case 0x74: registers[destination] >>= immediate
    case 0xb4: registers[destination] = immediate
    case 0x56: if registers[destination] != immediate { next += Int(offset) }
    case 0x95: return registers[0]
    default: return 99
    }
  }
}

@Suite struct DeviceFilterTests {
  private let program = DeviceFilter.program([
    DeviceRule(.character, 1, 3, "rw"), DeviceRule(.block, nil, nil, "m"), DeviceRule(.character, 136, nil, "rwm"),
  ])

  private func allows(_ kind: DeviceRule.Kind, _ access: UInt32, _ major: UInt32, _ minor: UInt32) -> Bool {
    run(program, type: kind == .block ? 1 : 2, access: access, major: major, minor: minor) == 1
  }

  @Test("What is listed may be done, and any part of it")
  func listed() {
    #expect(allows(.character, 2, 1, 3))
    #expect(allows(.character, 6, 1, 3))
    #expect(allows(.character, 7, 136, 42))
    #expect(allows(.block, 1, 8, 0))
  }

  @Test("What is not listed may not, nor more than is listed")
  func unlisted() {
    #expect(!allows(.character, 7, 1, 3))
    #expect(!allows(.character, 2, 1, 1))
    #expect(!allows(.block, 2, 8, 0))
    #expect(!allows(.block, 3, 8, 0))
    #expect(!allows(.block, 2, 1, 3))
  }

  @Test(
    "Rules read as they are written",
    arguments: ["c 1:3 rwm", "b *:* m", "a *:* rwm", "c 136:* rw"])
  func text(rule: String) { #expect(DeviceRule(rule)?.text == rule) }

  @Test("What is no rule is refused", arguments: ["", "c 1:3", "x 1:3 r", "c 1 r", "c 1:3 q", "c a:3 r", "c 1:3 "])
  func nonsense(rule: String) { #expect(DeviceRule(rule) == nil) }
}
