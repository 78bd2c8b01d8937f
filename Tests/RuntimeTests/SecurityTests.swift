import Diagnostics
import Glibc
import Linux
import Spec
import Testing

@testable import Runtime

@Suite struct CapabilityTests {
  private let all = CapabilitySet.bounding.intersection(.all)

  private func names(_ set: CapabilitySet) -> [String] { set.members.map(\.name) }

  @Test(
    "Without a word a container has the fourteen usual ones", .enabled(if: getuid() == 0, "needs root's capabilities"))
  func usual() throws {
    #expect(
      names(try CapabilitySet.container(added: [], dropped: [], privileged: false)) == [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SYS_CHROOT", "CAP_MKNOD", "CAP_AUDIT_WRITE",
        "CAP_SETFCAP",
      ])
  }

  @Test(
    "Adding and dropping go by name, with and without CAP_, in any case",
    .enabled(if: getuid() == 0, "needs root's capabilities"))
  func addAndDrop() throws {
    let set = try CapabilitySet.container(added: ["net_admin", "CAP_SYS_TIME"], dropped: ["MKNOD"], privileged: false)
    #expect(set.contains(.netAdmin))
    #expect(set.contains(.sysTime))
    #expect(!set.contains(.mknod))
    #expect(set.contains(.chown))
  }

  @Test("ALL is taken first, names after it", .enabled(if: getuid() == 0, "needs root's capabilities"))
  func everything() throws {
    #expect(try CapabilitySet.container(added: ["CHOWN"], dropped: ["ALL"], privileged: false).members == [.chown])
    let most = try CapabilitySet.container(added: ["ALL"], dropped: ["SYS_ADMIN"], privileged: false)
    #expect(most == all.subtracting(CapabilitySet([Capability.sysAdmin])))
    #expect(try CapabilitySet.container(added: [], dropped: ["ALL"], privileged: true) == all)
  }

  @Test("A capability that does not exist is refused with the attribute that names it")
  func unknown() {
    #expect(throws: Failure(.invalidInput, "there is no capability \"FLY\"", subject: "cap_add")) {
      try CapabilitySet.container(added: ["FLY"], dropped: [], privileged: false)
    }
  }
}

@Suite struct SecurityOptionTests {
  private func settings(_ options: String...) throws -> SecuritySettings {
    var spec = ContainerSpec(name: "c", image: "i")
    spec.securityOptions = options
    return try SecuritySettings(spec)
  }

  @Test("Without options the standard filter is on, and new privileges are possible")
  func defaults() throws {
    let settings = try settings()
    #expect(settings.filter == .standard)
    #expect(!settings.noNewPrivileges)
    #expect(!settings.showsSystemPaths)
  }

  @Test("Both ways of writing an option are read")
  func forms() throws {
    #expect(try settings("seccomp=unconfined").filter == nil)
    #expect(try settings("seccomp:unconfined").filter == nil)
    #expect(try settings("no-new-privileges").noNewPrivileges)
    #expect(try settings("no-new-privileges:true").noNewPrivileges)
    #expect(try !settings("no-new-privileges=false").noNewPrivileges)
    #expect(try settings("systempaths=unconfined").showsSystemPaths)
    #expect(try settings("writable-cgroups=true").writableCgroups)
  }

  @Test("An option that does not exist is refused")
  func unknown() { #expect(throws: Failure.self) { try settings("bogus=1") } }

  @Test("A privileged container has no filter")
  func privileged() throws {
    var spec = ContainerSpec(name: "c", image: "i")
    spec.privileged = true
    #expect(try SecuritySettings(spec).filter == nil)
  }
}
