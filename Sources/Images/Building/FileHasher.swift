import Linux
import OCI

/// The SHA-256 of what files hold, one file after the other. Belongs to one thread at a time.
public final class FileHasher {
  private let room = Room()

  public init() {}

  /// From where the descriptor stands to the end; 32 bytes.
  public func digest(of file: Descriptor) throws -> [UInt8] {
    var hasher = Hasher()
    while true {
      let count = try file.read(into: room.bytes)
      if count == 0 { return hasher.bytes() }
      hasher.update(UnsafeRawBufferPointer(rebasing: room.bytes[..<count]))
    }
  }
}
