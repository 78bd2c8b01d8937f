/// One member of a tar file, with everything that extension records said about it taken in. Names are bytes: Linux asks
/// for no encoding.
struct TarEntry {
  enum Kind: Hashable {
    case file, directory, symbolicLink, hardLink, characterDevice, blockDevice, fifo
  }

  var kind: Kind
  var name: [UInt8]
  /// What a link leads to.
  var linkName: [UInt8]
  /// Permission bits with setuid, setgid and sticky.
  var mode: UInt32
  var uid: UInt32
  var gid: UInt32
  /// Bytes of the file when unpacked.
  var size: Int64
  var modified: TarTime
  var major: UInt32
  var minor: UInt32
  var attributes: [(name: String, value: [UInt8])]
  /// `nil`: the data is one piece. Otherwise the stretches that hold data, ascending; what lies between is zeros.
  var sparse: [TarStretch]?

  var displayName: String { String(decoding: name, as: UTF8.self) }
}

/// A part of a sparse file that holds data.
struct TarStretch: Hashable {
  var offset: Int64
  var count: Int64
}

/// Seconds and nanoseconds since 1970.
struct TarTime: Hashable {
  var seconds: Int64
  var nanoseconds: Int64 = 0
}

/// What an archive may ask for. Beyond it lies an attack or a damaged file.
struct TarLimits {
  /// Bytes of one extension record (a long name, a set of pax records).
  var extensionBytes: Int64 = 1 << 20
  /// Members of one archive.
  var entries = 8_000_000
  /// Stretches of one sparse file.
  var stretches = 1 << 20
}
