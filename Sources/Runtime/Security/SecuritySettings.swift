import Diagnostics
import Linux
import Spec

/// What a container's programs may do: capabilities, filter, labels.
struct SecuritySettings {
  var capabilities: CapabilitySet
  var noNewPrivileges = false
  /// `nil`: unconfined.
  var filter: SeccompProfile? = .standard
  var appArmorProfile = ""
  /// `systempaths=unconfined`: nothing of /proc and /sys is hidden.
  var showsSystemPaths = false
  var writableCgroups = false
  var warnings: [Warning] = []

  init(_ spec: ContainerSpec) throws(Failure) {
    capabilities = try CapabilitySet.container(
      added: spec.capabilitiesAdded, dropped: spec.capabilitiesDropped, privileged: spec.privileged)
    if spec.privileged { filter = nil }
    for option in spec.securityOptions { try apply(option) }
  }

  /// `name=value`, or `name:value` as older files have it.
  private mutating func apply(_ option: String) throws(Failure) {
    let separator = option.firstIndex { $0 == "=" || $0 == ":" } ?? option.endIndex
    let name = String(option[..<separator])
    let value = separator == option.endIndex ? "" : String(option[option.index(after: separator)...])
    switch name {
    case "no-new-privileges":
      switch value {
      case "", "true": noNewPrivileges = true
      case "false": noNewPrivileges = false
      default: throw Failure(.invalidInput, "\"\(value)\" is neither true nor false", subject: subject(name))
      }
    case "seccomp":
      switch value {
      case "unconfined": filter = nil
      case "builtin": filter = .standard
      default: filter = try SeccompProfile.read(value)
      }
    case "systempaths":
      guard value == "unconfined" else {
        throw Failure(.invalidInput, "can only be unconfined", subject: subject(name))
      }
      showsSystemPaths = true
    case "writable-cgroups":
      guard value == "true" || value == "false" else {
        throw Failure(.invalidInput, "\"\(value)\" is neither true nor false", subject: subject(name))
      }
      writableCgroups = value == "true"
    case "apparmor": applyAppArmor(value)
    case "label": try applyLabel(value)
    default:
      throw Failure(
        .invalidInput, "there is no option \"\(option)\"", subject: "security_opt",
        hint: "apparmor, label, no-new-privileges, seccomp, systempaths, writable-cgroups")
    }
  }

  private mutating func applyAppArmor(_ profile: String) {
    if profile == "unconfined" || profile.isEmpty {
      appArmorProfile = ""
    } else if SecurityModules.hasAppArmor {
      appArmorProfile = profile
    } else {
      warnings.append(Warning("security_opt apparmor=\(profile) has no effect: this kernel runs without AppArmor"))
    }
  }

  private mutating func applyLabel(_ label: String) throws(Failure) {
    if label == "disable" { return }
    if SecurityModules.hasSELinux {
      throw Failure(
        .unsupported, "SELinux labels cannot be set", subject: subject("label"), hint: "use label=disable")
    }
    warnings.append(Warning("security_opt label=\(label) has no effect: this kernel runs without SELinux"))
  }

  private func subject(_ name: String) -> String { "security_opt \(name)" }
}

/// Which security modules the kernel runs.
enum SecurityModules {
  static var hasAppArmor: Bool { (try? readText("/sys/module/apparmor/parameters/enabled")) == "Y" }
  static var hasSELinux: Bool { FileStatus.exists("/sys/fs/selinux/enforce") }
}
