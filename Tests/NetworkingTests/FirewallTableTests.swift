import Linux
import Testing

@testable import Networking

@Suite("Davit's firewall table")
struct FirewallTableTests {
  @Test("the kernel takes the whole table, and nft reads it back as written down", .enabled(if: isRoot, needsRoot))
  func listed() throws {
    let listing = try inSandbox {
      try NetlinkSocket(.netfilter).perform(Nftables.batch(FirewallTable.creation()))
      return try run("nft", "list", "table", "inet", "davit")
    }
    print(listing)
  }
}
