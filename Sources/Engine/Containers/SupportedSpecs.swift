import Diagnostics
import Launch
import Linux
import Networking
import Spec

extension Engine {
  /// Refuses by name what this version cannot do, before anything is made.
  func requireSupported(_ spec: ContainerSpec) throws(Failure) {
    do throws(Failure) {
      _ = try LogLaunch(spec.logging, path: "")
      if let signal = spec.stopSignal { _ = try SignalNumber.parse(signal) }
      if let runtime = spec.runtime, !["", "davit", "runc"].contains(runtime) {
        throw Failure(.unsupported, "there is no runtime \"\(runtime)\": Davit has its own", subject: "runtime")
      }
      _ = try StorageLimit(spec.storageOptions)
      if spec.networkMode != .networks, !spec.networks.isEmpty {
        throw Failure(.invalidInput, "goes with no other network", subject: "network_mode \(spec.networkMode)")
      }
      for mount in spec.mounts where !mount.target.hasPrefix("/") {
        throw Failure(.invalidInput, "\"\(mount.target)\" is no absolute path", subject: "volumes")
      }
      for mount in spec.mounts where mount.kind == .bind && !mount.source.hasPrefix("/") {
        throw Failure(.invalidInput, "\"\(mount.source)\" is no absolute path", subject: "volumes")
      }
    } catch { throw error.about("container \(spec.name)") }
  }

  /// What a person should know about a specification that is accepted.
  func warnings(about spec: ContainerSpec) -> [Warning] {
    var warnings: [Warning] = []
    if !spec.ports.isEmpty, spec.networkMode != .networks {
      warnings.append(
        Warning("container \(spec.name): published ports mean nothing with network_mode \(spec.networkMode)"))
    }
    for file in spec.files where file.hostPath != nil && (file.uid != nil || file.gid != nil || file.mode != nil) {
      warnings.append(
        Warning(
          "container \(spec.name): \(file.kind.rawValue) \(file.name) keeps the owner and mode that its file has"))
    }
    for attachment in spec.networks {
      for option in attachment.driverOptions.keys.sorted() where option != EndpointSysctl.option {
        warnings.append(
          Warning("container \(spec.name): network \(attachment.network) does not know the option \(option), ignored"))
      }
    }
    return warnings + DiskWeights(spec: spec).warnings()
  }
}
