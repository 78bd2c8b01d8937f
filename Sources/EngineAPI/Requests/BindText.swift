import Spec

/// `source:target[:options]`, as `docker run -v` writes it.
enum BindText {
  static func parse(_ text: String) throws(APIError) -> MountSpec {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let invalid = APIError.badRequest("invalid volume specification: '\(text)'")
    guard (1...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { throw invalid }
    if parts.count == 1 { return MountSpec(.volume, target: parts[0]) }
    let target = parts[1]
    guard target.hasPrefix("/") else {
      throw .badRequest(
        "invalid volume specification: '\(text)': invalid mount path: '\(target)' mount path must be absolute")
    }
    guard target != "/" else {
      throw .badRequest("invalid volume specification: '\(text)': invalid specification: destination can't be '/'")
    }
    var mount = MountSpec(parts[0].hasPrefix("/") ? .bind : .volume, source: parts[0], target: target)
    for option in parts.count > 2 ? parts[2].split(separator: ",").map(String.init) : [] {
      switch option {
      case "ro": mount.readOnly = true
      case "rw", "consistent", "cached", "delegated": break
      case "z", "Z": mount.selinux = option
      case "nocopy": mount.noCopy = true
      case "private", "rprivate", "shared", "rshared", "slave", "rslave": mount.propagation = option
      default: throw .badRequest("invalid mode: \(parts[2])")
      }
    }
    return mount
  }
}

/// `80/tcp`, `8000-8010/udp`.
enum PortKey {
  static func parse(_ text: String) throws(APIError) -> (ClosedRange<UInt16>, PortSpec.Transport) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts.count > 1 ? parts[1].lowercased() : "tcp"
    guard let transport = PortSpec.Transport(rawValue: name) else { throw .badRequest("invalid proto: \(name)") }
    guard let range = try range(parts[0]), range.lowerBound > 0 else {
      throw .badRequest("invalid port specification: \"\(text)\"")
    }
    return (range, transport)
  }

  /// `nil`: none is named, or 0.
  static func range(_ text: String) throws(APIError) -> ClosedRange<UInt16>? {
    if text.isEmpty || text == "0" { return nil }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last else {
      throw .badRequest("invalid port specification: \"\(text)\"")
    }
    return first...last
  }
}

extension MountBody {
  func spec() throws(APIError) -> MountSpec {
    guard let target, !target.isEmpty else {
      throw .badRequest("invalid mount config for type \"\(type ?? "")\": field Target must not be empty")
    }
    guard let kind = MountSpec.Kind(rawValue: type ?? "") else {
      throw .badRequest("invalid mount config for type \"\(type ?? "")\": mount type unknown")
    }
    guard target.hasPrefix("/") else {
      throw .badRequest(
        "invalid mount config for type \"\(kind.rawValue)\": invalid mount path: '\(target)' mount path must be absolute"
      )
    }
    var mount = MountSpec(kind, source: source ?? "", target: target, readOnly: readOnly ?? false)
    switch kind {
    case .bind:
      guard mount.source.hasPrefix("/") else {
        throw .badRequest(
          "invalid mount config for type \"bind\": invalid mount path: '\(mount.source)' mount path must be absolute")
      }
      mount.propagation = bind?.propagation.flatMap { $0.isEmpty ? nil : $0 }
      mount.createHostPath = bind?.createMountpoint ?? false
      if bind?.nonRecursive ?? false { mount.recursive = "disabled" }
      if bind?.readOnlyNonRecursive ?? false { mount.recursive = "writable" }
      if bind?.readOnlyForceRecursive ?? false { mount.recursive = "readonly" }
    case .volume:
      mount.noCopy = volume?.noCopy ?? false
      mount.subpath = volume?.subpath.flatMap { $0.isEmpty ? nil : $0 }
      mount.volumeLabels = volume?.labels ?? [:]
    case .tmpfs:
      guard mount.source.isEmpty else {
        throw .badRequest("invalid mount config for type \"tmpfs\": field Source must not be specified")
      }
      mount.tmpfsSize = tmpfs?.size.flatMap { $0 == 0 ? nil : $0 }
      mount.tmpfsMode = tmpfs?.mode.flatMap { $0 == 0 ? nil : $0 }
      mount.tmpfsOptions = (tmpfs?.options ?? []).map { $0.joined(separator: "=") }
    case .image: mount.subpath = image?.subpath.flatMap { $0.isEmpty ? nil : $0 }
    }
    return mount
  }
}
