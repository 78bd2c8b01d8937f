import Spec
import YAML

extension ContainerSpec {
  mutating func readPrivileges(_ attributes: inout Attributes) {
    privileged = attributes.bool("privileged") ?? false
    capabilitiesAdded = attributes.list("cap_add")
    capabilitiesDropped = attributes.list("cap_drop")
    securityOptions = attributes.list("security_opt")
    devices = attributes.objects("devices").map { entry in
      var entry = entry
      let source = entry.string("source") ?? ""
      return DeviceSpec(
        source: source, target: entry.string("target") ?? source, permissions: entry.string("permissions") ?? "rwm")
    }
    deviceCgroupRules = attributes.list("device_cgroup_rules")
    sysctls = attributes.strings("sysctls")
    ulimits = attributes.ulimits("ulimits")
    pid = namespace("pid", &attributes) ?? .private
    ipc = namespace("ipc", &attributes) ?? .private
    uts = namespace("uts", &attributes) ?? .private
    userns = userNamespace(&attributes)
    cgroup = namespace("cgroup", &attributes) ?? .private
    cgroupParent = attributes.string("cgroup_parent")
  }

  private func userNamespace(_ attributes: inout Attributes) -> NamespaceMode {
    guard let text = attributes.string("userns_mode") else { return .host }
    guard let mode = NamespaceMode(users: text) else {
      attributes.refuse("userns_mode", "`\(text)` is not a user namespace mode", hint: "use host or private")
      return .host
    }
    return mode
  }

  /// `service:db` is kept as `container:service:db` until the names of containers are known.
  private func namespace(_ key: String, _ attributes: inout Attributes) -> NamespaceMode? {
    attributes.string(key).map { NamespaceMode($0.replacingPrefix("service:", by: "container:service:")) }
  }
}

extension Attributes {
  /// A number, or `soft` and `hard`, for each.
  mutating func ulimits(_ key: String) -> [String: Ulimit] {
    var limits: [String: Ulimit] = [:]
    for entry in take(key)?.mapping?.entries ?? [] {
      if let both = entry.value.int {
        limits[entry.key] = Ulimit(soft: Int64(both), hard: Int64(both))
      } else if let soft = entry.value["soft"]?.int, let hard = entry.value["hard"]?.int {
        limits[entry.key] = Ulimit(soft: Int64(soft), hard: Int64(hard))
      } else {
        refuse("\(key).\(entry.key)", "must be a number, or `soft` and `hard`", at: entry.value)
      }
    }
    return limits
  }
}
