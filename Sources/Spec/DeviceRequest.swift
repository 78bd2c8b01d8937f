import Diagnostics

/// Devices asked for by what they can do instead of by path: `gpus` and `deploy.resources.reservations.devices` of compose
/// files, `--gpus`, DeviceRequests of the Engine API. They stand for names of the Container Device Interface.
public struct DeviceRequest: Hashable, Sendable {
  public var driver = ""
  public var capabilities: [String] = []
  public var ids: [String] = []
  /// `nil`: all.
  public var count: Int?

  public init(driver: String = "", capabilities: [String] = [], ids: [String] = [], count: Int? = nil) {
    self.driver = driver
    self.capabilities = capabilities
    self.ids = ids
    self.count = count
  }

  public static let noNames = Failure(
    .invalidInput, "the driver cdi needs names like vendor.com/class=device", subject: "device_ids")

  /// By names like `vendor.com/class=device`.
  public func devices() throws(Failure) -> [DeviceSpec] {
    if driver == "cdi" {
      if ids.isEmpty { throw Self.noNames }
      return ids.map { DeviceSpec(source: $0, target: $0) }
    }
    let kinds = ["": "*/gpu", "nvidia": "nvidia.com/gpu", "amd": "amd.com/gpu", "intel": "intel.com/gpu"]
    guard let kind = kinds[driver], capabilities.isEmpty || capabilities.contains("gpu") else {
      throw Failure(
        .invalidInput,
        "nothing here provides \(capabilities.joined(separator: ", ")) by the driver \"\(driver)\"",
        subject: "capabilities", hint: "use the capability gpu, or the driver cdi with names of devices")
    }
    let names = ids.isEmpty ? count.map { (0..<$0).map { String($0) } } ?? ["all"] : ids
    return names.map { DeviceSpec(source: "\(kind)=\($0)", target: "\(kind)=\($0)") }
  }
}
