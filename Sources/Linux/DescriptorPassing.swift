import CLinux
import Glibc

extension Descriptor {
  /// Sends bytes and descriptors in one message over this unix socket (SCM_RIGHTS). At least one byte must be sent,
  /// or a stream's receiver cannot tell the message from the end.
  public func send(_ bytes: [UInt8], passing descriptors: [Descriptor]) throws(SystemError) {
    let numbers = descriptors.map(\.raw)
    try check("sending descriptors") {
      clinux_send_descriptors(raw, bytes, bytes.count, numbers, numbers.count)
    }
  }

  /// Receives up to `count` bytes with the descriptors that came along. No bytes: the other end is closed.
  public func receive(upTo count: Int) throws(SystemError) -> (bytes: [UInt8], descriptors: [Descriptor]) {
    var numbers = [Int32](repeating: -1, count: 253)
    var found = numbers.count
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, length in
      result = clinux_receive_descriptors(raw, room.baseAddress, count, &numbers, &found)
      length = max(result, 0)
    }
    if result < 0 { throw SystemError("receiving descriptors", errno: Int32(-result)) }
    return (bytes, numbers.prefix(found).map { Descriptor(owning: $0) })
  }
}
