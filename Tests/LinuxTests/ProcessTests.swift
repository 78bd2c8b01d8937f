import Glibc
import Testing

@testable import Linux

@Suite struct ProcessTests {
  @Test("A process is known by its number and start time, whatever its name is")
  func status() throws {
    let text = "42 (a) b (c)) S 7 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 1000 10 18446744073709551615"
    let status = try #require(ProcessStatus(stat: Array(text.utf8)))
    #expect(status.pid == 42)
    #expect(status.parent == 7)
    #expect(status.state == "S")
    #expect(status.startTime == 98765)
    #expect(status.hasExecuted)
    #expect(ProcessStatus(stat: Array("nonsense".utf8)) == nil)
  }

  @Test("A held process is not mistaken for a later one with its number")
  func held() throws {
    let own = ProcessStatus.own
    #expect(try ProcessDescriptor(pid: own.pid, startTime: own.startTime) != nil)
    #expect(try ProcessDescriptor(pid: own.pid, startTime: own.startTime + 1) == nil)
    #expect(try ProcessDescriptor(pid: 4_194_000, startTime: 1) == nil)
  }

  @Test("Descriptors travel over a socket with the bytes that announce them")
  func passing() throws {
    let (ours, theirs) = try UnixSocket.pair()
    let (reading, writing) = try Descriptor.pipe()
    try ours.send([7], passing: [writing])
    writing.close()
    var received = try theirs.receive(upTo: 16)
    #expect(received.bytes == [7])
    try received.descriptors[0].writeAll("hello")
    received.descriptors = []
    #expect(try reading.readAll() == Array("hello".utf8))
  }

  @Test("A socket is listened on at a path of any length, and one that a dead process left is replaced")
  func longPath() throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/" + String(repeating: "x", count: 120)
    try makeDirectories(folder)
    let path = folder + "/socket"
    _ = try UnixSocket.listen(path)
    let again = try UnixSocket.listen(path, mode: 0o660)
    #expect(try FileStatus.of(path).permissions == 0o660)
    let client = try UnixSocket.connect(path)
    let server = try #require(try UnixSocket.accept(again))
    try client.writeAll("x")
    #expect(try server.read(upTo: 1) == [120])
    #expect(throws: SystemError.self) { try UnixSocket.listen(path) }
  }

  @Test("Capabilities have the kernel's numbers and names")
  func capabilities() {
    #expect(Capability.sysAdmin.rawValue == 21)
    #expect(Capability.checkpointRestore.rawValue == 40)
    #expect(Capability.sysTtyConfig.name == "CAP_SYS_TTY_CONFIG")
    #expect(Capability(named: "cap_net_bind_service") == .netBindService)
    #expect(Capability(named: "NET_RAW") == .netRaw)
    #expect(Capability(named: "nothing") == nil)
    for capability in Capability.allCases { #expect(Capability(named: capability.name) == capability) }
  }

  @Test("The flags of a mount become attributes")
  func mountAttributes() {
    #expect(MountAttributes([.readOnly, .noExecute, .recursive] as MountFlags) == [.readOnly, .noExecute])
  }
}
