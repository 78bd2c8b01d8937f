import Diagnostics
import EngineAPI
import Images
import Linux

/// A folder of a client's, brought here over its session.
struct ClientFolder {
  private static let mostFiles = 2_000_000

  let session: BuildKitSession
  /// What the client calls it: `context`, `dockerfile`, or what `--build-context` says.
  let name: String
  /// Only these paths, with what they lead to; empty: everything.
  var paths: [String] = []
  /// Patterns of what the client is not to send. Whoever uses the folder leaves these out once more.
  var excluded: [String] = []

  /// Brings it into a folder, every entry resolved inside of it.
  /// - Returns: how many bytes of files came.
  func copy(into folder: Descriptor, _ progress: @escaping @Sendable (Int64) -> Void = { _ in }) throws -> Int64 {
    let (reading, writing) = try Descriptor.pipe()
    let target = try folder.duplicate()
    let unpacking = try Thread.spawn {
      defer { reading.close() }
      try ArchiveUnpacking.unpack(stream: reading, into: target)
    }
    let result = Result { try receive(into: writing, progress) }
    writing.close()
    let unpacked = Result { try unpacking.join() }
    // What could not be unpacked is why nobody took more of it.
    if case .failure(let failure) = result, failure is RPCStatus || (try? unpacked.get()) != nil { throw failure }
    try unpacked.get()
    return try result.get()
  }

  /// The files one after the other, as an archive.
  private func receive(into archive: Descriptor, _ progress: (Int64) -> Void) throws -> Int64 {
    let stream = try session.call("/moby.filesync.v1.FileSync/DiffCopy", metadata)
    do {
      let stats = try list(stream)
      var sum: Int64 = 0
      for (index, stat) in stats.enumerated() {
        guard let head = PaxHeader.bytes(of: stat) else { continue }
        try archive.writeAll(head)
        guard stat.kind == .regular else { continue }
        if stat.size > 0 { try file(UInt32(index), stat, stream, archive) }
        try archive.writeAll(PaxHeader.padding(stat.size))
        sum += stat.size
        progress(sum)
      }
      try archive.writeAll(PaxHeader.end)
      try stream.send(FileTransferPacket(.end).bytes)
      // The client says the same, and ends the call.
      while try stream.receive() != nil {}
      try stream.result()
      return sum
    } catch {
      stream.cancel()
      throw error
    }
  }

  private var metadata: [(String, String)] {
    [("dir-name", name)] + paths.map { ("followpaths", $0) } + excluded.map { ("exclude-patterns", $0) }
  }

  private func list(_ stream: HTTP2Stream) throws -> [FileTransferStat] {
    var stats: [FileTransferStat] = []
    while let packet = try packet(stream) {
      guard packet.kind == .stat, let stat = packet.stat else { return stats }
      guard stats.count < Self.mostFiles else { throw RPCStatus(.resourceExhausted, "too many files") }
      stats.append(stat)
    }
    throw RPCStatus(.internal, "the client's list of files has no end")
  }

  private func file(_ id: UInt32, _ stat: FileTransferStat, _ stream: HTTP2Stream, _ archive: Descriptor) throws {
    try stream.send(FileTransferPacket(.request, id: id).bytes)
    var left = stat.size
    while let packet = try packet(stream) {
      guard packet.kind == .data, packet.id == id else { continue }
      if packet.data.isEmpty { break }
      left -= Int64(packet.data.count)
      guard left >= 0 else { break }
      try archive.writeAll(packet.data)
    }
    guard left == 0 else { throw RPCStatus(.aborted, "\(stat.path) changed while it was sent") }
  }

  private func packet(_ stream: HTTP2Stream) throws -> FileTransferPacket? {
    guard let bytes = try stream.receive() else { return nil }
    let packet = try FileTransferPacket(bytes)
    if packet.kind == .failure { throw RPCStatus(.unknown, String(decoding: packet.data, as: UTF8.self)) }
    return packet
  }
}
