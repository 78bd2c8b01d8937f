import Diagnostics
import Launch
import Linux
import Spec

extension LaunchDraft {
  /// The standard file systems, then what was asked for, parents before children. What is asked for at the place of a
  /// standard one takes its place.
  mutating func addMounts() throws(Failure) {
    var asked: [MountLaunch] = []
    for (mount, source) in resources.mounts {
      asked.append(try MountLaunch(mount, source: source))
      if let label = mount.selinux, SecurityModules.hasSELinux {
        warnings.append(Warning("mount \(mount.target): files are not relabelled for SELinux (\(label))"))
      }
    }
    for (file, source) in resources.files { asked.append(MountLaunch(file, source: source)) }
    var taken: Set<[String]> = []
    for mount in asked {
      let place = components(mount.target)
      if place.isEmpty { throw Failure(.invalidInput, "\(mount.subject) cannot be mounted on /", subject: "volumes") }
      guard taken.insert(place).inserted else {
        throw Failure(.invalidInput, "two mounts on \(mount.target)", subject: "volumes")
      }
    }
    for (source, target) in [
      (resources.resolverFile, "/etc/resolv.conf"), (resources.hostnameFile, "/etc/hostname"),
      (resources.hostsFile, "/etc/hosts"),
    ] {
      guard let source, !taken.contains(components(target)) else { continue }
      var mount = MountLaunch(file: source, target: target)
      // As in Docker's containers, a root that cannot be written has no names that can.
      if spec.readOnly { mount.flags = MountFlags.readOnly.rawValue }
      asked.append(mount)
    }
    let hidesDevices = taken.contains(["dev"])
    let standard = StandardMounts.all(spec, sharedMemory: resources.sharedMemory.map { pass($0) }).filter { mount in
      let place = components(mount.target)
      return !taken.contains(place) && !(hidesDevices && place.first == "dev")
    }
    // As written among those of one depth: a person's order decides where two are equal.
    let ordered = asked.enumerated().sorted { a, b in
      (components(a.element.target).count, a.offset) < (components(b.element.target).count, b.offset)
    }
    message.container.mounts = standard + ordered.map(\.element)
    message.container.maskedPaths = spec.privileged ? [] : ProtectedPaths.masked
    message.container.readOnlyPaths = spec.privileged ? [] : ProtectedPaths.readOnly
  }

  private func components(_ path: String) -> [String] {
    path.split(separator: "/").filter { $0 != "." }.map { String($0) }
  }
}

/// Files that tell about the whole machine or change it, as Docker hides them.
enum ProtectedPaths {
  static let masked =
    [
      "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
      "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
      "/sys/devices/virtual/powercap",
    ] + temperatures

  /// What a processor's throttling tells is a side channel between its users.
  private static let temperatures: [String] = {
    let folder = "/sys/devices/system/cpu"
    let names = (try? listDirectory(folder)) ?? []
    return names.filter { $0.hasPrefix("cpu") }.map { "\(folder)/\($0)/thermal_throttle" }.filter(FileStatus.exists)
  }()

  static let readOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
}
