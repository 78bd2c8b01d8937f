import Spec
import YAML

extension DeviceSpec {
  /// One entry of `gpus` or of `deploy.resources.reservations.devices`, as names of the Container Device Interface.
  static func requested(_ attributes: inout Attributes) -> [DeviceSpec] {
    let driver = attributes.string("driver") ?? ""
    let capabilities = attributes.list("capabilities")
    let ids = attributes.list("device_ids")
    let count = attributes.string("count")
    attributes.unsupported("options", "drivers of devices get no options here")
    attributes.finish()
    if driver == "cdi" {
      if ids.isEmpty { attributes.refuse("device_ids", "the driver cdi needs names like vendor.com/class=device") }
      return ids.map { DeviceSpec(source: $0, target: $0) }
    }
    let kinds = ["": "*/gpu", "nvidia": "nvidia.com/gpu", "amd": "amd.com/gpu", "intel": "intel.com/gpu"]
    guard let kind = kinds[driver], capabilities.isEmpty || capabilities.contains("gpu") else {
      attributes.refuse(
        "capabilities", "nothing here provides \(capabilities.joined(separator: ", ")) by the driver \"\(driver)\"",
        hint: "use the capability gpu, or the driver cdi with device_ids")
      return []
    }
    let names: [String]
    if !ids.isEmpty {
      names = ids
    } else if let count, count != "all", count != "-1" {
      guard let number = Int(count), number >= 0 else {
        attributes.refuse("count", "\"\(count)\" is neither a number nor all")
        return []
      }
      names = (0..<number).map(String.init)
    } else {
      names = ["all"]
    }
    return names.map { DeviceSpec(source: "\(kind)=\($0)", target: "\(kind)=\($0)") }
  }
}

extension ContainerSpec {
  mutating func readGPUs(_ attributes: inout Attributes) {
    // The canonical form of `gpus: all` is a list of one.
    for entry in attributes.objects("gpus") {
      var entry = entry
      devices += DeviceSpec.requested(&entry)
    }
  }
}
