/// What goes to and fro where a client of BuildKit's sends a folder: `fsutil.types.Packet`.
public struct FileTransferPacket: Sendable {
  public enum Kind: UInt64, Sendable { case stat = 0, request, data, end, failure }

  public var kind: Kind
  /// `nil` in one of `.stat`: that was the last.
  public var stat: FileTransferStat?
  /// Of a file: how many were told of before it.
  public var id: UInt32
  public var data: [UInt8]

  public init(_ kind: Kind, id: UInt32 = 0) {
    self.kind = kind
    self.id = id
    data = []
  }

  public init(_ bytes: [UInt8]) throws {
    let message = try ProtobufMessage(bytes)
    guard let kind = Kind(rawValue: message.number(1)) else {
      throw RPCStatus(.invalidArgument, "unknown packet of files: \(message.number(1))")
    }
    self.kind = kind
    stat = message.has(2) ? FileTransferStat(try message.message(2)) : nil
    id = UInt32(truncatingIfNeeded: message.number(3))
    data = message.bytes(4)
  }

  public var bytes: [UInt8] {
    var writer = ProtobufWriter()
    writer.add(1, number: kind.rawValue)
    writer.add(3, number: UInt64(id))
    return writer.bytes
  }
}

/// What a client says of a file: `fsutil.types.Stat`.
public struct FileTransferStat: Sendable {
  public enum Kind: Sendable { case regular, directory, symbolicLink, hardLink, fifo, device, socket }

  public var path: String
  public var kind: Kind
  public var permissions: UInt32
  public var size: Int64
  /// Nanoseconds since 1970.
  public var modified: Int64
  public var link: String

  init(_ message: ProtobufMessage) {
    path = message.text(1)
    link = message.text(7)
    size = Int64(bitPattern: message.number(5))
    modified = Int64(bitPattern: message.number(6))
    // The bits are those of Go's os.FileMode.
    let mode = UInt32(truncatingIfNeeded: message.number(2))
    func has(_ bit: UInt32) -> Bool { mode >> bit & 1 != 0 }
    permissions = mode & 0o777
    if has(23) { permissions |= 0o4000 }
    if has(22) { permissions |= 0o2000 }
    if has(20) { permissions |= 0o1000 }
    kind = .regular
    if !link.isEmpty { kind = .hardLink }
    for (bit, other) in [(31, .directory), (27, .symbolicLink), (25, .fifo), (26, .device), (24, .socket)]
      as [(UInt32, Kind)] where has(bit)
    { kind = other }
  }
}
