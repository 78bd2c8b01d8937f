import CLinux
import Glibc
import Synchronization

/// A netlink socket of the network namespace in which it was opened. The kernel handles a request inside sendmsg(2), so
/// no acknowledgements are asked for: whatever went wrong is in the socket when the call returns. One lock around each
/// exchange; safe from any thread.
public final class NetlinkSocket: Sendable {
  public enum Family: Int32, Sendable {
    /// NETLINK_ROUTE: links, addresses, routes.
    case route = 0
    /// NETLINK_NETFILTER: nf_tables.
    case netfilter = 12
  }

  private let descriptor: Descriptor
  private let sequence = Mutex<UInt32>(1)

  public init(_ family: Family) throws(SystemError) {
    let raw = try check("opening a netlink socket") {
      systemCall(SYS_socket, Int(AF_NETLINK), Int(NetlinkSocket.raw | O_CLOEXEC), Int(family.rawValue))
    }
    descriptor = Descriptor(owning: Int32(raw))
    // Best effort: without these the kernel's words are missing, not its errno.
    let on: Int32 = 1
    for option in [NetlinkSocket.extendedAcknowledgements, NetlinkSocket.cappedAcknowledgements] {
      _ = setsockopt(descriptor.raw, NetlinkSocket.level, option, [on], 4)
    }
  }

  // Values of socket(2) and netlink(7) that glibc declares as macros or not at all.
  private static let raw: Int32 = 3
  private static let dontWait = 0x40
  private static let level: Int32 = 270
  private static let cappedAcknowledgements: Int32 = 10
  private static let extendedAcknowledgements: Int32 = 11

  /// Sends the requests as one datagram and throws the first that the kernel refused. rtnetlink goes on with the requests
  /// after a refused one; an nf_tables batch is undone as a whole.
  /// - Returns: answers to requests that have some (a single RTM_GETLINK), in order.
  @discardableResult
  public func perform(_ messages: [NetlinkMessage]) throws(NetlinkError) -> [NetlinkReply] {
    guard !messages.isEmpty else { return [] }
    let outcome: Result<[NetlinkReply], NetlinkError> = sequence.withLock { sequence in
      let first = sequence
      sequence &+= UInt32(messages.count)
      do throws(NetlinkError) {
        try send(NetlinkMessage.encoded(messages, from: first), for: messages[0])
        var replies: [NetlinkReply] = []
        var refused: NetlinkError?
        while let datagram = try receive(waiting: false, for: messages[0]) {
          for reply in NetlinkReply.parse(datagram) {
            let index = Int(reply.sequence &- first)
            guard messages.indices.contains(index) else { continue }
            if let failure = reply.failure {
              let message = messages[index]
              refused =
                refused
                ?? NetlinkError(
                  message.step, message.object, errno: failure.errno, explanation: failure.text, index: index)
            } else if reply.type != NetlinkReply.error, reply.type != NetlinkReply.done {
              replies.append(reply)
            }
          }
        }
        if let refused { throw refused }
        return .success(replies)
      } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  /// Everything that a dump request lists. Begins again when the tables changed meanwhile.
  public func dump(_ message: NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] {
    var request = message
    request.flags.insert(.dump)
    for _ in 0..<64 {
      let outcome: Result<[NetlinkReply]?, NetlinkError> = sequence.withLock { sequence in
        let number = sequence
        sequence &+= 1
        do throws(NetlinkError) { return .success(try dumpOnce(request, number)) } catch { return .failure(error) }
      }
      if let replies = try outcome.get() { return replies }
    }
    throw NetlinkError(message.step, message.object, errno: EBUSY, explanation: "it keeps changing")
  }

  /// Sends a datagram that was made ready before, and passes over what the kernel says of it.
  public func sendPrepared(_ datagram: [UInt8]) throws(NetlinkError) {
    let words = NetlinkMessage(type: 0, body: [], step: "sending", object: "a prepared request")
    try send(datagram, for: words)
    while try receive(waiting: false, for: words) != nil {}
  }

  /// Makes the kernel act now on a change of the interface's carrier, which it otherwise does a little later in a worker
  /// (linkwatch): until then a port of a bridge drops what it gets. ETHTOOL_GLINK does so on the way. Best effort.
  public func settleLink(_ name: String) {
    // struct ethtool_value { command, data }, struct ifreq { name[16], pointer, … }
    var value: (UInt32, UInt32) = (0x0a, 0)
    withUnsafeMutablePointer(to: &value) { value in
      var request = NetlinkBytes()
      request.raw(name.utf8.prefix(15))
      request.raw([UInt8](repeating: 0, count: 16 - min(name.utf8.count, 15)))
      request.number(UInt64(UInt(bitPattern: value)))
      request.raw([UInt8](repeating: 0, count: 16))
      _ = request.bytes.withUnsafeBytes {
        systemCall(SYS_ioctl, Int(descriptor.raw), 0x8946 /* SIOCETHTOOL */, $0.baseAddress!.address)
      }
    }
  }

  private func dumpOnce(_ request: NetlinkMessage, _ number: UInt32) throws(NetlinkError) -> [NetlinkReply]? {
    try send(request.encoded(sequence: number), for: request)
    var replies: [NetlinkReply] = []
    var consistent = true
    while let datagram = try receive(waiting: true, for: request) {
      for reply in NetlinkReply.parse(datagram) where reply.sequence == number {
        if reply.isInconsistent { consistent = false }
        if let failure = reply.failure {
          if failure.errno == EINTR || failure.errno == EAGAIN { return nil }
          throw NetlinkError(request.step, request.object, errno: failure.errno, explanation: failure.text)
        }
        if reply.type == NetlinkReply.done || reply.type == NetlinkReply.error { return consistent ? replies : nil }
        replies.append(reply)
      }
    }
    return replies
  }

  private func send(_ bytes: [UInt8], for message: NetlinkMessage) throws(NetlinkError) {
    if bytes.count > 100_000 {
      // The default room for one datagram is about 200 kB; SO_SNDBUFFORCE may go beyond the system's limit.
      _ = setsockopt(descriptor.raw, SOL_SOCKET, SO_SNDBUFFORCE, [Int32(bytes.count * 2)], 4)
    }
    var result = 0
    repeat {
      result = bytes.withUnsafeBytes {
        systemCall(SYS_sendto, Int(descriptor.raw), $0.baseAddress!.address, $0.count)
      }
    } while result == -Int(EINTR)
    if result < 0 { throw NetlinkError(message.step, message.object, errno: Int32(-result)) }
  }

  /// The next datagram; `nil` where there is none.
  private func receive(waiting: Bool, for message: NetlinkMessage) throws(NetlinkError) -> [UInt8]? {
    var result = 0
    let datagram = [UInt8](unsafeUninitializedCapacity: 32 << 10) { room, count in
      repeat {
        result = systemCall(
          SYS_recvfrom, Int(descriptor.raw), room.baseAddress!.address, room.count,
          waiting ? 0 : NetlinkSocket.dontWait)
      } while result == -Int(EINTR)
      count = max(result, 0)
    }
    if result == -Int(EAGAIN) { return nil }
    if result < 0 { throw NetlinkError(message.step, message.object, errno: Int32(-result)) }
    return datagram
  }
}
