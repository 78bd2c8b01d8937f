/// Something mounted into a container.
public struct MountSpec: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable {
    case bind, volume, tmpfs, image
  }

  public var kind: Kind
  /// bind: an absolute host path. volume: the volume's name on this machine, empty for an anonymous one.
  /// image: a reference. tmpfs: empty.
  public var source: String
  /// Absolute path in the container.
  public var target: String
  public var readOnly = false
  /// `rprivate`, `rshared`, …
  public var propagation: String?
  /// `enabled`, `disabled`, `writable`, `readonly`
  public var recursive: String?
  public var createHostPath = true
  public var noCopy = false
  public var subpath: String?
  /// Bytes.
  public var tmpfsSize: Int64?
  /// Permission bits.
  public var tmpfsMode: UInt32?
  /// Further options of `tmpfs:` entries, as mount(8) reads them (`noexec`, `uid=1000`).
  public var tmpfsOptions: [String] = []
  public var selinux: String?
  /// Labels of an anonymous volume.
  public var volumeLabels: [String: String] = [:]

  public init(_ kind: Kind, source: String = "", target: String, readOnly: Bool = false) {
    self.kind = kind
    self.source = source
    self.target = target
    self.readOnly = readOnly
  }

  enum CodingKeys: String, CodingKey {
    case kind = "type"
    case source, target
    case readOnly = "read_only"
    case propagation, recursive
    case createHostPath = "create_host_path"
    case noCopy = "nocopy"
    case subpath
    case tmpfsSize = "size"
    case tmpfsMode = "mode"
    case tmpfsOptions = "options"
    case selinux
    case volumeLabels = "volume_labels"
  }
}

/// A secret or config: one read-only file in the container. Its bytes never enter a record, a plan or a log; the digest
/// of them does, so that a change is seen.
public struct FileSpec: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Hashable, Sendable { case secret, config }

  public var kind: Kind
  /// The key in the project file.
  public var name: String
  public var target: String
  /// Host file that is bind-mounted. Absent: the bytes are in `content` and the engine keeps them in a 0600 file.
  public var hostPath: String?
  /// Not encoded.
  public var content: [UInt8]?
  /// `sha256:…` of the bytes.
  public var contentDigest: String
  public var uid: String?
  public var gid: String?
  /// Permission bits; 0444 where absent.
  public var mode: UInt32?

  public init(
    _ kind: Kind, name: String, target: String, hostPath: String? = nil, content: [UInt8]? = nil, contentDigest: String
  ) {
    self.kind = kind
    self.name = name
    self.target = target
    self.hostPath = hostPath
    self.content = content
    self.contentDigest = contentDigest
  }

  public static func == (a: FileSpec, b: FileSpec) -> Bool {
    a.kind == b.kind && a.name == b.name && a.target == b.target && a.hostPath == b.hostPath
      && a.contentDigest == b.contentDigest && a.uid == b.uid && a.gid == b.gid && a.mode == b.mode
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(name)
    hasher.combine(target)
    hasher.combine(contentDigest)
  }

  enum CodingKeys: String, CodingKey {
    case kind, name, target
    case hostPath = "file"
    case contentDigest = "content_digest"
    case uid, gid, mode
  }
}

/// A named volume.
public struct VolumeSpec: Codable, Hashable, Sendable {
  /// Unique on this machine.
  public var name: String
  public var driver = "local"
  /// `type`, `o`, `device` of the local driver.
  public var driverOptions: [String: String] = [:]
  public var labels: [String: String] = [:]

  public init(name: String) { self.name = name }

  enum CodingKeys: String, CodingKey {
    case name, driver
    case driverOptions = "driver_opts"
    case labels
  }
}
