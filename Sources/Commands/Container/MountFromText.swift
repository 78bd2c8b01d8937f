import Arguments
import Compose
import Diagnostics
import Spec

/// `--mount type=bind,source=/src,target=/dst,readonly`, as docker reads it.
struct MountText {
  private(set) var mount = MountSpec(.volume, target: "")
  /// The volume that is to be made with these options, where it is not there yet.
  private(set) var volume: VolumeSpec?

  init(_ text: String) throws(Failure) {
    func invalid(_ message: String, hint: String? = nil) -> Failure {
      Failure(.invalidInput, message, subject: "--mount \(text)", hint: hint)
    }
    var driver: String?
    var driverOptions: [String: String] = [:]
    mount.createHostPath = false
    for field in CommaSeparated.fields(text) {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let key = parts[0].lowercased()
      if parts.count == 1 {
        switch key {
        case "readonly", "ro": mount.readOnly = true
        case "volume-nocopy": mount.noCopy = true
        case "bind-nonrecursive": mount.recursive = "disabled"
        case "bind-create-src": mount.createHostPath = true
        default: throw invalid("invalid field '\(field)' must be a key=value pair")
        }
        continue
      }
      let value = parts[1]
      func boolean() throws(Failure) -> Bool {
        switch value.lowercased() {
        case "1", "t", "true": true
        case "0", "f", "false": false
        default: throw invalid("invalid value for \(key): \(value)")
        }
      }
      switch key {
      case "type":
        guard let kind = MountSpec.Kind(rawValue: value.lowercased()) else {
          throw invalid("unknown mount type \"\(value)\"", hint: "use bind, volume, tmpfs or image")
        }
        mount.kind = kind
      case "source", "src": mount.source = value
      case "target", "dst", "destination": mount.target = value
      case "readonly", "ro": mount.readOnly = try boolean()
      // Docker Desktop's: there is one file system here.
      case "consistency": break
      case "bind-propagation": mount.propagation = value.lowercased()
      case "bind-nonrecursive": mount.recursive = try boolean() ? "disabled" : nil
      case "bind-create-src": mount.createHostPath = try boolean()
      case "bind-recursive":
        guard ["enabled", "disabled", "writable", "readonly"].contains(value) else {
          throw invalid(
            "invalid value for \(key): \(value) (must be \"enabled\", \"disabled\", \"writable\", or \"readonly\")")
        }
        mount.recursive = value
      case "volume-nocopy": mount.noCopy = try boolean()
      case "volume-label":
        let pair = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        mount.volumeLabels[pair[0]] = pair.count > 1 ? pair[1] : ""
      case "volume-driver": driver = value
      case "volume-opt":
        let pair = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        driverOptions[pair[0]] = pair.count > 1 ? pair[1] : ""
      case "volume-subpath", "image-subpath": mount.subpath = value
      case "tmpfs-size":
        guard let size = Quantity.bytes(value) else { throw invalid("invalid value for \(key): \(value)") }
        mount.tmpfsSize = size
      case "tmpfs-mode":
        guard let mode = UInt32(value, radix: 8) else { throw invalid("invalid value for \(key): \(value)") }
        mount.tmpfsMode = mode
      default: throw invalid("unexpected key '\(key)' in '\(field)'")
      }
    }
    guard !mount.target.isEmpty else { throw invalid("target is required") }
    if mount.kind == .bind, mount.source.isEmpty { throw invalid("source is required") }
    if mount.kind == .tmpfs, !mount.source.isEmpty { throw invalid("a tmpfs has no source") }
    if driver != nil || !driverOptions.isEmpty {
      guard mount.kind == .volume, !mount.source.isEmpty else {
        throw invalid("volume options need type=volume and a source")
      }
      var volume = VolumeSpec(name: mount.source)
      volume.driver = driver ?? "local"
      volume.driverOptions = driverOptions
      volume.labels = mount.volumeLabels
      self.volume = volume
    }
  }
}
