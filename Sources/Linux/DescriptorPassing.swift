import CLinux
import Glibc

extension Descriptor {
  /// Sends bytes and descriptors in one message over this unix socket (SCM_RIGHTS). At least one byte must be sent,
  /// or a stream's receiver cannot tell the message from the end.
  ///
  /// A receiver that is gone is an error (`EPIPE`) and no signal.
  /// - Returns: how many of the bytes went.
  @discardableResult
  public func send(_ bytes: [UInt8], passing descriptors: [Descriptor]) throws(SystemError) -> Int {
    let numbers = descriptors.map(\.raw)
    return try check("sending descriptors") {
      clinux_send_descriptors(raw, bytes, bytes.count, numbers, numbers.count)
    }
  }

  /// Sends all of the bytes, and any number of descriptors, in as many messages as that takes: the descriptors arrive
  /// in this order, and none after the last byte.
  public func sendAll(_ bytes: [UInt8], passing descriptors: [Descriptor]) throws(SystemError) {
    // unix(7): the kernel passes 253 at a time.
    let most = 253
    var bytes = bytes[...]
    var descriptors = descriptors[...]
    while descriptors.count > most {
      try send([bytes.removeFirst()], passing: Array(descriptors.prefix(most)))
      descriptors.removeFirst(most)
    }
    while !bytes.isEmpty {
      bytes.removeFirst(try send(Array(bytes), passing: Array(descriptors)))
      descriptors = []
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
