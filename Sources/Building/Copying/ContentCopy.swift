import Linux

/// Copies what files hold, one after the other, through the same memory: for small files that is cheaper than asking the
/// kernel to, and large ones are shared where the file system can.
final class ContentCopy {
  private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)

  deinit { room.deallocate() }

  func copy(_ source: Descriptor, to target: Descriptor) throws {
    let count = try source.read(into: room)
    try target.writeAll(UnsafeRawBufferPointer(rebasing: room[..<count]))
    // Files of /proc and their like give less than they have.
    if count > 0 { try source.copyContent(to: target) }
  }
}
