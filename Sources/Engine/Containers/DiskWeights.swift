import Diagnostics
import Linux
import Spec

/// Weights between containers that use one disk: only some schedulers of disks know them (bfq, cfq before Linux 5.0, the
/// cost model of cgroup v2), and the kernel refuses or forgets those for others.
struct DiskWeights {
  let spec: ContainerSpec

  /// What is asked for and has no effect on this machine.
  func warnings() -> [Warning] {
    guard !Self.hasCostModel else { return [] }
    var warnings: [Warning] = []
    func warn(_ attribute: String, _ reason: String) {
      warnings.append(
        Warning("container \(spec.name): blkio_config.\(attribute) has no effect: \(reason) does not know weights"))
    }
    if let weight = spec.resources.blkioWeight, weight > 0 {
      let disks = (try? listDirectory("/sys/block")) ?? []
      if !disks.contains(where: { Self.knowsWeights(scheduler(ofQueue: "/sys/block/\($0)/queue")) }) {
        warn("weight", "the scheduler of no disk here")
      }
    }
    for device in spec.resources.blkioWeightDevices {
      guard let status = try? FileStatus.of(device.path) else { continue }
      let folder = "/sys/dev/block/\(status.major):\(status.minor)"
      // A partition has its disk's.
      let text = scheduler(ofQueue: "\(folder)/queue") ?? scheduler(ofQueue: "\(folder)/../queue")
      if !Self.knowsWeights(text) { warn("weight_device", "the scheduler of \(device.path)") }
    }
    return warnings
  }

  /// `none [mq-deadline] bfq`
  private func scheduler(ofQueue folder: String) -> String? { try? readText("\(folder)/scheduler") }

  private static func knowsWeights(_ schedulers: String?) -> Bool {
    schedulers.map { $0.contains("[bfq]") || $0.contains("[cfq]") } ?? false
  }

  private static var hasCostModel: Bool { (try? readText("/sys/fs/cgroup/io.cost.qos"))?.contains("enable=1") ?? false }
}
