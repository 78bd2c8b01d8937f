import Glibc
import Linux
import Spec
import Testing

@testable import Engine

@Suite(.enabled(if: isRoot, "images keep owners, so this needs root"))
struct UmaskTests {
  @Test("Volumes can be read inside whatever the umask is of the person who makes them")
  func volumes() async throws {
    let machine = try TestMachine()
    let base = machine.base
    await #expect(processExitsWith: .success) { [base = base as String] in
      umask(0o077)
      let engine = Engine(host: TestMachine.host(base))
      let volume = try engine.createVolume(VolumeSpec(name: "files"))
      try #require(try FileStatus.of(volume.mountpoint).permissions == 0o755)
    }
  }
}
