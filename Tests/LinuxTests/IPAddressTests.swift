import Linux
import Testing

@Suite("IP addresses and their blocks")
struct IPAddressTests {
  @Test("addresses are read strictly and written in their short form")
  func text() {
    for text in ["0.0.0.0", "172.18.0.2", "255.255.255.255", "::", "::1", "2001:db8::7", "fd18::2"] {
      #expect(IPAddress(text)?.description == text)
    }
    #expect(IPAddress("2001:0DB8:0:0:0:0:0:7")?.description == "2001:db8::7")
    for text in ["", "1.2.3", "1.2.3.256", "01.2.3.4x", "[::1]", "fe80::1%eth0", "::1::", "localhost"] {
      #expect(IPAddress(text) == nil, "\(text)")
    }
  }

  @Test("addresses are numbers in network order")
  func bytes() {
    #expect(IPAddress("172.18.0.2")!.bytes == [172, 18, 0, 2])
    #expect(IPAddress(bytes: IPAddress("2001:db8::7")!.bytes)?.description == "2001:db8::7")
    #expect(IPAddress(bytes: [1, 2, 3] as [UInt8]) == nil)
    #expect(IPAddress("172.18.255.255")!.advanced(by: 1)?.description == "172.19.0.0")
    #expect(IPAddress("255.255.255.255")!.advanced(by: 1) == nil)
    #expect(IPAddress("127.9.9.9")!.isLoopback && IPAddress("::1")!.isLoopback && !IPAddress("::2")!.isLoopback)
    #expect(
      IPAddress("169.254.1.1")!.isLinkLocal && IPAddress("fe80::1")!.isLinkLocal && !IPAddress("fec0::1")!.isLinkLocal)
  }

  @Test("a block knows its ends, what it contains and what it overlaps")
  func blocks() {
    let block = Subnet("172.18.0.0/16")!
    #expect(block.last.description == "172.18.255.255")
    #expect(block.contains(IPAddress("172.18.7.7")!) && !block.contains(IPAddress("172.19.0.0")!))
    #expect(block.overlaps(Subnet("172.16.0.0/12")!) && Subnet("172.16.0.0/12")!.overlaps(block))
    #expect(!block.overlaps(Subnet("172.19.0.0/16")!) && !block.overlaps(Subnet("::/0")!))
    #expect(Subnet("172.18.3.4/16") == block)
    #expect(Subnet("fd18::/64")!.last.description == "fd18::ffff:ffff:ffff:ffff")
    #expect(Subnet("::/0")!.contains(IPAddress("2001:db8::7")!))
    for text in ["172.18.0.0/33", "172.18.0.0/", "172.18.0.0/-1", "/16", "172.18.0.0/16/2", "fd18::/129"] {
      #expect(Subnet(text) == nil, "\(text)")
    }
  }
}
