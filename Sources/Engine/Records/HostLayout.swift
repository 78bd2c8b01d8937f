import Launch

// Where each object's files are. Nothing else builds these paths.
extension Host {
  var containers: String { "\(root)/containers" }
  var names: String { "\(root)/names" }
  var volumes: String { "\(root)/volumes" }
  var networks: String { "\(root)/networks" }
  /// What was damaged and is kept for a person to look at.
  var damaged: String { "\(root)/damaged" }
  var runContainers: String { "\(run)/containers" }
  var runNetworks: String { "\(run)/networks" }

  /// What happened since the machine was started.
  var journal: String { "\(run)/events/journal" }

  /// Where shims mount roots, each in its own mount namespace.
  var mountPoint: String { "\(run)/root" }
  /// The lowest layer of every root: empty places for what is mounted everywhere, so that they need not be made anew in
  /// every container.
  var skeleton: String { "\(root)/skeleton" }

  func container(_ id: String) -> ContainerPaths {
    ContainerPaths(id: id, folder: "\(containers)/\(id)", run: "\(runContainers)/\(id)")
  }
}

/// The files of one container.
struct ContainerPaths: Hashable, Sendable {
  var id: String
  /// Outlives a reboot.
  var folder: String
  /// Does not.
  var run: String

  static let recordName = "config.json"
  static let filesName = "files"

  var record: String { "\(folder)/\(Self.recordName)" }
  var exitRecord: String { "\(folder)/\(Files.exitRecord)" }
  /// Made by overlayfs at the first start; when there is no exit record beside it, the container was running when it was
  /// last heard of.
  var mounted: String { "\(work)/work" }
  var log: String { "\(folder)/\(Files.log(of: id))" }
  var upper: String { "\(folder)/upper" }
  var work: String { "\(folder)/work" }
  var hosts: String { "\(folder)/hosts" }
  var hostname: String { "\(folder)/hostname" }
  var resolver: String { "\(folder)/resolv.conf" }
  /// Contents of secrets and configs, 0600 in a folder of 0700.
  var files: String { "\(folder)/\(Self.filesName)" }

  var state: String { "\(run)/\(Files.state)" }
  var attachSocket: String { "\(run)/\(Files.attachSocket)" }
  /// The shim locks it for as long as it lives.
  var endpoints: String { "\(run)/endpoints.json" }
}
