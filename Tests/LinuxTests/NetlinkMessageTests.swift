import Glibc
import Testing

@testable import Linux

@Suite("Netlink messages")
struct NetlinkMessageTests {
  private func text(_ message: NetlinkMessage, sequence: UInt32 = 7) -> String {
    message.encoded(sequence: sequence).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test("links, addresses and routes are asked for in exactly these bytes")
  func requests() {
    #expect(
      text(Rtnetlink.setUp("lo"))
        == joined(
          "2800000010000100070000000000000000000000000000000100000001000000070003006c6f0000"))
    #expect(
      text(Rtnetlink.newAddress(InterfaceAddress("172.18.0.2/16")!, index: 2, name: "eth0"))
        == joined(
          "30000000140001060700000000000000021000000200000008000200ac12000208000100ac120002",
          "08000400ac12ffff"))
    #expect(
      text(Rtnetlink.newAddress(InterfaceAddress("fd18::2/64")!, index: 2, name: "eth0"))
        == joined(
          "400000001400010607000000000000000a4002000200000014000200fd1800000000000000000000",
          "0000000214000100fd180000000000000000000000000002"))
    #expect(
      text(Rtnetlink.setDefaultRoute(via: IPAddress("172.18.0.1")!, index: 2, name: "eth0"))
        == joined(
          "2c00000018000105070000000000000002000000fe03000100000000080004000200000008000500",
          "ac120001"))
    #expect(
      text(Rtnetlink.newBridge("br0", macAddress: [2, 1, 2, 3, 4, 5], mtu: 1400))
        == joined(
          "4c000000100001060700000000000000000000000000000000000000000000000800030062723000",
          "0a00010002010203040500000800040078050000100012800b0001006272696467650000"))
    let pair = Rtnetlink.VirtualEthernet(
      name: "veth1", master: 3, peerName: "eth0", peerMACAddress: [2, 0x42, 172, 18, 0, 2], peerNamespace: 9)
    #expect(
      text(Rtnetlink.newVirtualEthernet(pair))
        == joined(
          "7c000000100001060700000000000000000000000000000001000000010000000a00030076657468",
          "3100000008000a000300000048001280090001007665746800000000380002803400018000000000",
          "0000000000000000000000000900030065746830000000000a0001000242ac120002000008001c00",
          "09000000"))
  }

  private func joined(_ parts: String...) -> String { parts.joined() }

  @Test("several requests are one datagram, numbered in order")
  func datagram() {
    let messages = [Rtnetlink.setUp("a"), Rtnetlink.setUp("b")]
    let bytes = NetlinkMessage.encoded(messages, from: 41)
    #expect(bytes == messages[0].encoded(sequence: 41) + messages[1].encoded(sequence: 42))
    #expect(bytes.count % 4 == 0)
  }

  @Test("a refusal is told with step, object, reason and the kernel's own words")
  func refusal() throws {
    var body = NetlinkBytes()
    body.number(Int32(-EEXIST))
    body.raw(Rtnetlink.setUp("x").encoded(sequence: 5).prefix(16))
    body.attribute(1, text: "Device exists already")
    var header = NetlinkBytes()
    header.number(UInt32(16 + body.bytes.count))
    header.number(NetlinkReply.error)
    header.number(UInt16(0x300))
    header.number(UInt32(5))
    header.number(UInt32(0))
    let reply = try #require(NetlinkReply.parse(header.bytes + body.bytes).first)
    #expect(reply.failure?.errno == EEXIST)
    #expect(reply.failure?.text == "Device exists already")
    let error = NetlinkError("making bridge", "br0", errno: EEXIST, explanation: "Device exists already")
    #expect(error.description == "making bridge br0: File exists (Device exists already)")
    #expect(error.failure.code == .conflict)
    #expect(error.failure.description == "making bridge br0: File exists: Device exists already")
  }

  @Test("answers that are cut short are read as far as they go, and never further")
  func cutShort() {
    var body = NetlinkBytes()
    body.raw([UInt8](repeating: 0, count: 16))
    body.attribute(3, text: "eth0")
    body.nested(18) { $0.attribute(1, text: "veth") }
    let whole = body.bytes
    for length in 0...whole.count {
      let reply = NetlinkReply(type: 16, flags: 0, sequence: 0, body: whole.prefix(length))
      let link = LinkStatus(reply)
      #expect((link == nil) == (length < 12))
      if length == whole.count { #expect(link?.name == "eth0" && link?.kind == "veth") }
    }
    #expect(NetlinkReply.parse([1, 2, 3]).isEmpty)
    #expect(NetlinkReply.parse([0xff, 0, 0, 0] + [UInt8](repeating: 0, count: 20)).isEmpty)
  }

  @Test("the notation of a map is what nft itself stores")
  func notation() {
    let data = Nftables.TypeOf.userData(
      key: [.transportProtocol, .destinationPort, .random(modulus: 32)], value: [.destination4, .destinationPort])
    #expect(
      data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        == joined(
          "000400000000010400000000034a00040d0000000142000e00040900000001060004100000000114",
          "000407000000010c00040b000000010402000000021a000417000000011200040100000001042000",
          "0000020400000000043400040d000000012c0014000407000000010c00040c00000001040c000000",
          "0114000407000000010c00040b000000010402000000060400000000"))
  }

  @Test(
    "the kernel's refusals reach the caller with the number of the request", .enabled(if: geteuid() == 0, "needs root"))
  func kernel() throws {
    try Thread.spawn {
      try Namespaces.network.unshare()
      let socket = try NetlinkSocket(.route)
      let error = #expect(throws: NetlinkError.self) {
        try socket.perform([Rtnetlink.setUp("lo"), Rtnetlink.setUp("nothing"), Rtnetlink.deleteLink("nothing")])
      }
      #expect(error?.index == 1)
      #expect(error?.errno == ENODEV)
      #expect(error?.step == "switching on" && error?.object == "nothing")
      #expect(try socket.dump(Rtnetlink.getLink()).compactMap(LinkStatus.init).first { $0.name == "lo" }?.isUp == true)
    }.join()
  }
}
