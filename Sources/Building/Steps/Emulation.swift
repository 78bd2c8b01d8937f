import Diagnostics
import Linux
import OCI

/// Programs of other processors: the kernel runs them through an emulator that the machine registered (binfmt_misc,
/// Documentation/admin-guide/binfmt-misc.rst).
enum Emulation {
  /// How qemu's user-mode emulators call processors.
  private static let names = [
    "amd64": "x86_64", "arm64": "aarch64", "386": "i386", "riscv64": "riscv64", "ppc64le": "ppc64le",
    "s390x": "s390x", "mips64le": "mips64el", "loong64": "loongarch64", "arm": "arm",
  ]

  /// Throws where programs for the platform cannot run here.
  static func require(_ platform: Platform) throws(Failure) {
    guard Platform.host.preference(of: platform) == nil else { return }
    guard platform.os == "linux" else {
      throw Failure(.unsupported, "programs for \(platform) cannot run here", subject: "RUN")
    }
    let name = names[platform.architecture] ?? platform.architecture
    let entries = "/proc/sys/fs/binfmt_misc"
    for entry in ["qemu-\(name)", name] {
      guard let text = try? readText("\(entries)/\(entry)") else { continue }
      let lines = text.split(separator: "\n")
      guard lines.first == "enabled" else { continue }
      // The kernel opened the emulator when it was registered: no container needs to have it.
      guard lines.contains(where: { $0.hasPrefix("flags:") && $0.contains("F") }) else {
        throw Failure(
          .unsupported, "the emulator for \(platform) is registered without the flag F, so containers do not see it",
          subject: "RUN", hint: "Debian's qemu-user-static registers it so")
      }
      return
    }
    throw Failure(
      .unsupported, "programs for \(platform) cannot run on \(Platform.host): no emulator is registered",
      subject: "RUN", hint: "`apt-get install qemu-user-static` registers emulators")
  }
}
