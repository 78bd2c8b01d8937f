import SeededRandom
import Testing

@testable import Launch

@Suite struct FrameTests {
  static var policy: RestartLaunch {
    var policy = RestartLaunch()
    policy.condition = .always
    return policy
  }

  static var networks: NetworksLaunch {
    var networks = NetworksLaunch()
    networks.namesDirectories = ["/run/davit/networks/a/names"]
    networks.exitNetlink = [Datagram([1, 2])]
    networks.unlinkOnExit = ["/run/davit/networks/a/names/b"]
    return networks
  }

  static let fromClient: [ClientFrame] = [
    .hello([.stdin, .stderr, .lossless]), .stdin([1, 2, 3]), .stdin([]), .endOfInput, .resize(rows: 24, columns: 80),
    .signal(15), .stop(signal: 3, timeout: -1), .stop(signal: 0, timeout: nil), .pause, .resume, .wait,
    .restartPolicy(policy), .networks(networks),
    .limits([CgroupLaunch.Write(path: "memory.max", value: "1", optional: true)]),
    .hostPorts(isOpen: true), .hostPorts(isOpen: false),
  ]
  static let fromShim: [ShimFrame] = [
    .stdout([UInt8](repeating: 65, count: FrameLimit.payload)), .stderr([10]), .exited(code: 137, oomKilled: true),
    .skipped(1 << 33), .reply(errno: 3, text: "No such process"),
  ]

  @Test("Frames arrive whole and in order, however the stream was cut", arguments: [1, 3, 4096, 1 << 20])
  func cutting(step: Int) throws {
    var reader = FrameReader()
    var clientFrames: [ClientFrame] = []
    for part in chunks(FrameTests.fromClient.flatMap { $0.encoded() }, step) {
      reader.append(part)
      while let frame = try reader.nextClientFrame() { clientFrames.append(frame) }
    }
    #expect(clientFrames == FrameTests.fromClient)
    #expect(reader.isEmpty)

    var shimFrames: [ShimFrame] = []
    for part in chunks(FrameTests.fromShim.flatMap { $0.encoded() }, step) {
      reader.append(part)
      while let frame = try reader.nextShimFrame() { shimFrames.append(frame) }
    }
    #expect(shimFrames == FrameTests.fromShim)
    #expect(reader.isEmpty)
  }

  @Test("A frame of unknown type, of wrong length or beyond the limit ends the conversation")
  func nonsense() {
    for bytes: [UInt8] in [
      [99, 0, 0, 0, 0], [5, 3, 0, 0, 0, 1, 2, 3], [7, 1, 0, 0, 0, 0], [2, 1, 0, 1, 0], [2, 255, 255, 255, 255],
    ] {
      var reader = FrameReader()
      reader.append(bytes)
      #expect(throws: WireError.self) { try reader.nextClientFrame() }
    }
  }

  @Test("Whatever bytes arrive, frames are read without harm")
  func fuzz() {
    var random = Seeded(2)
    for _ in 0..<5_000 {
      var reader = FrameReader()
      reader.append((0..<64).map { _ in UInt8.random(in: 0...12, using: &random) })
      while let frame = try? reader.nextClientFrame() { #expect(frame.encoded().count <= 64) }
    }
  }

  private func chunks(_ bytes: [UInt8], _ step: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: step).map { bytes[$0..<min($0 + step, bytes.count)] }
  }
}
