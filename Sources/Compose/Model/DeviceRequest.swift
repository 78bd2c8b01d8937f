import Diagnostics
import Spec
import YAML

extension DeviceSpec {
  /// One entry of `gpus` or of `deploy.resources.reservations.devices`, as names of the Container Device Interface.
  static func requested(_ attributes: inout Attributes) -> [DeviceSpec] {
    let driver = attributes.string("driver") ?? ""
    let capabilities = attributes.list("capabilities")
    let ids = attributes.list("device_ids")
    let count = attributes.string("count")
    attributes.warn("options", "descriptions of devices take no options, ignored")
    attributes.finish()
    var request = DeviceRequest(driver: driver, capabilities: capabilities, ids: ids)
    if let count, count != "all", count != "-1" {
      guard let number = Int(count), number >= 0 else {
        attributes.refuse("count", "\"\(count)\" is neither a number nor all")
        return []
      }
      request.count = number
    }
    do { return try request.devices() } catch {
      attributes.refuse(error.subject, error.message, hint: error.hint)
      return []
    }
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
