import CLinux
import Glibc

extension Descriptor {
  /// Up to `room.count` bytes; 0 at the end.
  public func read(into room: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    try check("reading") { systemCall(SYS_read, Int(raw), room.baseAddress?.address ?? 0, room.count) }
  }

  /// Up to `count` bytes; empty at the end.
  public func read(upTo count: Int) throws(SystemError) -> [UInt8] {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, length in
      repeat { result = systemCall(SYS_read, Int(raw), room.baseAddress!.address, count) } while result == -Int(EINTR)
      length = max(result, 0)
    }
    if result < 0 { throw SystemError("reading", errno: Int32(-result)) }
    return bytes
  }

  /// Everything up to the end, at most `limit` bytes (EFBIG beyond).
  public func readAll(limit: Int = 1 << 30) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var step = 4096
    while true {
      let part = try read(upTo: step)
      if part.isEmpty { return bytes }
      if bytes.count + part.count > limit { throw SystemError("reading", errno: EFBIG) }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      step = min(step * 2, 1 << 20)
    }
  }

  /// Up to `count` bytes at `offset`, without moving the file's position.
  public func read(upTo count: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, length in
      repeat {
        result = systemCall(SYS_pread64, Int(raw), room.baseAddress!.address, count, Int(offset))
      } while result == -Int(EINTR)
      length = max(result, 0)
    }
    if result < 0 { throw SystemError("reading", errno: Int32(-result)) }
    return bytes
  }

  /// One write(2): the number of bytes that were taken.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    try check("writing") { systemCall(SYS_write, Int(raw), bytes.baseAddress?.address ?? 0, bytes.count) }
  }

  /// All of it.
  public func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var rest = bytes
    while !rest.isEmpty {
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(try write(rest)))
    }
  }

  /// All of it.
  public func writeAll(_ bytes: some Sequence<UInt8>) throws(SystemError) {
    var error: SystemError?
    let write = { (room: UnsafeBufferPointer<UInt8>) in
      do { try self.writeAll(UnsafeRawBufferPointer(room)) } catch let failed as SystemError { error = failed } catch {}
    }
    if bytes.withContiguousStorageIfAvailable(write) == nil { Array(bytes).withUnsafeBufferPointer(write) }
    if let error { throw error }
  }

  public func writeAll(_ text: String) throws(SystemError) { try writeAll(text.utf8) }

  /// Waits until the data is on the disk.
  public func synchronize() throws(SystemError) { try check("synchronizing") { systemCall(SYS_fsync, Int(raw)) } }
}

/// The whole of a trusted file, at most `limit` bytes.
public func readFile(_ path: String, limit: Int = 1 << 30) throws(SystemError) -> [UInt8] {
  let file = try Descriptor.open(path)
  do { return try file.readAll(limit: limit) } catch { throw error.during("reading", path) }
}

/// The whole of a trusted text file, without white space at its ends.
public func readText(_ path: String, limit: Int = 1 << 24) throws(SystemError) -> String {
  var bytes = try readFile(path, limit: limit)[...]
  func isSpace(_ byte: UInt8?) -> Bool { byte == 32 || byte == 10 || byte == 9 || byte == 13 }
  while isSpace(bytes.last) { bytes.removeLast() }
  while isSpace(bytes.first) { bytes.removeFirst() }
  return String(decoding: bytes, as: UTF8.self)
}

/// Writes to an existing file (a setting in /proc or a cgroup) with one write(2).
public func writeExisting(_ text: String, to path: String, step: String = "writing") throws(SystemError) {
  let file = try Descriptor.open(path, [.writeOnly], step: step)
  do { try file.writeAll(text) } catch { throw error.during(step, path) }
}
