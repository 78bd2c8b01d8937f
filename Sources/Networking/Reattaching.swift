import Diagnostics
import Glibc
import Linux

// Somebody removed a bridge that containers were on (`ip link del`, a network manager that tidies up). Their interfaces
// are still there, and lead nowhere.
extension NetworkStack {
  /// The interface of the bridge is gone.
  public func hasLostBridge(_ bridge: BridgeDefinition) throws(Failure) -> Bool {
    // Where containers stand on the interface itself, they are gone with it.
    if bridge.direct != nil { return false }
    return try Failure.translating { try link(bridge.interface) == nil }
  }

  /// Puts the host's ends of containers on a bridge that was made anew.
  public func reattach(_ interfaces: [String], to bridge: BridgeDefinition) throws(Failure) {
    try Failure.translating {
      guard let link = try link(bridge.interface) else {
        throw Failure(.notFound, "there is no bridge \(bridge.interface)", subject: "network \(bridge.networkName)")
      }
      let isolated = !bridge.allowsIntercontainer && kernel.setting("bridge/bridge-nf-call-iptables") != "1"
      for interface in interfaces {
        var messages = [Rtnetlink.setMaster(link.index, of: interface), Rtnetlink.setHairpin(interface)]
        if isolated { messages.append(Rtnetlink.setIsolated(interface)) }
        _ = try unless(ENODEV) { () throws(NetlinkError) in try kernel.route(messages) }
      }
    }
  }
}
