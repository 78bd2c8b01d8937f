import Diagnostics
import Glibc
import Linux
import Spec

// Network namespaces of containers, and the interfaces in them.

extension EndpointPlan.Interface {
  /// On the host: the pair, its peer made directly in the container's namespace. A port may answer a frame by the port on
  /// which it came, for a container that reaches itself through a published port.
  /// - Parameter isolated: frames do not pass to other isolated ports.
  func creation(bridgeIndex: Int32, namespace: NetworkNamespace, isolated: Bool) -> [NetlinkMessage] {
    if let kind = bridge.direct {
      let address: [UInt8]? = if case .macvlan = kind { macAddress } else { nil }
      return [
        Rtnetlink.newChild(
          Rtnetlink.ChildLink(
            kind, name: endpoint.interface, parent: bridgeIndex, macAddress: address,
            namespace: namespace.descriptor.raw, mtu: bridge.mtu))
      ]
    }
    let pair = Rtnetlink.VirtualEthernet(
      name: endpoint.hostInterface, master: bridgeIndex, peerName: endpoint.interface, peerMACAddress: macAddress,
      peerNamespace: namespace.descriptor.raw, mtu: bridge.mtu)
    return [Rtnetlink.newVirtualEthernet(pair)]
      + (isolated
        ? [Rtnetlink.setIsolated(endpoint.hostInterface)] : [Rtnetlink.setHairpin(endpoint.hostInterface)])
  }

  /// Below /proc/sys/net of the container, before the interface is up.
  var settings: [(name: String, value: String)] {
    let folder = "ipv6/conf/\(endpoint.interface)"
    let family =
      addresses.contains { $0.address.family == .v6 }
      ? [("\(folder)/disable_ipv6", "0"), ("\(folder)/accept_dad", "0")] : [("\(folder)/disable_ipv6", "1")]
    return family + sysctls.map { ($0.path, $0.value) }
  }
}

extension NetworkStack {
  /// A fresh network namespace with `lo` up. It lives as long as somebody holds a descriptor of it. As in Docker's
  /// containers, programs without privileges may bind low ports and send pings there.
  /// - Parameter made: a namespace that is so fresh that `lo` is down, to be made ready.
  public func makeNamespace(_ made: Descriptor? = nil) throws(Failure) -> NetworkNamespace {
    if let made { return try ready(NetworkNamespace(owning: made)) }
    // Where that failed it is tried again, and says why.
    if let ahead = ahead.withLock({ $0.popLast() }), let namespace = try? ahead.join() { return namespace }
    return try ready(kernel.makeNamespace())
  }

  /// Makes a namespace on a thread of its own, for the next one who asks for one.
  public func expectNamespace() {
    let kernel = kernel
    guard let made = try? Thread.spawn({ try self.ready(kernel.makeNamespace()) }) else { return }
    ahead.withLock { $0.append(made) }
  }

  private func ready(_ namespace: NetworkNamespace) throws(Failure) -> NetworkNamespace {
    try kernel.inside(namespace) { (kernel) throws(Failure) in
      try Failure.translating {
        _ = try kernel.route([Rtnetlink.setUp("lo")])
        try kernel.set("ipv4/ip_unprivileged_port_start", to: "0")
        try kernel.set("ipv4/ping_group_range", to: "0 2147483647")
      }
    }
    return namespace
  }

  /// Puts a container's namespace on networks: interfaces (in the order of priority), addresses, routes. Either all of them
  /// are made or none.
  /// - Parameter present: what the container is attached to already; it takes part in the choice of the default route.
  public func attach(
    _ requests: [EndpointRequest], container: String, namespace: NetworkNamespace,
    present: [Endpoint] = []
  ) throws(Failure) -> [Endpoint] {
    var plan = try EndpointPlan(
      requests, container: container, takenNames: Set(present.map(\.interface) + ["lo"]))
    var made: [EndpointPlan.Interface] = []
    do throws(Failure) {
      for index in plan.interfaces.indices {
        try Failure.translating { try make(&plan.interfaces[index], in: namespace) }
        made.append(plan.interfaces[index])
      }
      let all = present + made.map(\.endpoint)
      try kernel.inside(namespace) { (kernel) throws(Failure) in
        try Failure.translating { try plan.configure(kernel, defaultRoutes: EndpointPlan.defaultRoutes(of: all)) }
      }
    } catch {
      for interface in made where interface.bridge.direct == nil {
        _ = try? kernel.route([Rtnetlink.deleteLink(interface.endpoint.hostInterface)])
      }
      throw error
    }
    // A program that speaks at once must not lose its first packet: the port first, then the bridge that it wakes.
    for interface in made where interface.bridge.direct == nil {
      kernel.settle(interface.endpoint.hostInterface)
      kernel.settle(interface.bridge.interface)
    }
    return made.map(\.endpoint)
  }

  /// Where the name on the host is taken (an earlier run of the same container, whose namespace the kernel still clears
  /// away, or by chance another container), another one is made up.
  private func make(_ interface: inout EndpointPlan.Interface, in namespace: NetworkNamespace) throws {
    let master = try index(of: interface.bridge)
    // With br_netfilter the firewall separates the containers of a bridge, and lets published ports through.
    let isolated = !interface.bridge.allowsIntercontainer && kernel.setting("bridge/bridge-nf-call-iptables") != "1"
    for _ in 0..<8 {
      let request = interface.creation(bridgeIndex: master, namespace: namespace, isolated: isolated)
      let done: [NetlinkReply]? = try unless(EEXIST) { () throws(NetlinkError) in try kernel.route(request) }
      if done != nil { return }
      if interface.bridge.direct != nil { break }
      interface.endpoint.hostInterface = "veth" + String(UInt64.random(in: 1 << 40..<1 << 44), radix: 16)
    }
    throw Failure(
      .conflict, "the interface \(interface.endpoint.interface) exists already",
      subject: "network \(interface.bridge.networkName)")
  }

  /// Takes one network out of a running container's namespace; the default route moves to one of `remaining`.
  public func detach(
    _ endpoint: Endpoint, namespace: NetworkNamespace, remaining: [Endpoint]
  ) throws(Failure) {
    if !endpoint.hostInterface.isEmpty {
      try Failure.translating {
        _ = try unless(ENODEV) { () throws(NetlinkError) in
          try kernel.route([Rtnetlink.deleteLink(endpoint.hostInterface)])
        }
      }
    }
    try kernel.inside(namespace) { (kernel) throws(Failure) in
      try Failure.translating {
        // What stands on an interface of the host has no end there.
        if endpoint.hostInterface.isEmpty {
          _ = try unless(ENODEV) { () throws(NetlinkError) in
            try kernel.route([Rtnetlink.deleteLink(endpoint.interface)])
          }
        }
        let routes = EndpointPlan.defaultRoutes(of: remaining)
        try EndpointPlan.set(routes, indexes: try EndpointPlan.indexes(of: routes.map(\.interface), kernel), kernel)
      }
    }
  }
}

extension EndpointPlan {
  /// Inside the container's namespace.
  fileprivate func configure(_ kernel: any NetworkKernel, defaultRoutes: [DefaultRoute]) throws {
    for (name, value) in interfaces.flatMap(\.settings) { try kernel.set(name, to: value) }
    let names = interfaces.map(\.endpoint.interface)
    let others = defaultRoutes.map(\.interface).filter { !names.contains($0) }
    let indexes = try Self.indexes(of: names + others, switchingOn: names, kernel)
    var messages: [NetlinkMessage] = []
    for interface in interfaces {
      let name = interface.endpoint.interface
      messages += interface.addresses.map { Rtnetlink.newAddress($0, index: indexes[name] ?? 0, name: name) }
    }
    _ = try kernel.route(messages)
    try Self.set(defaultRoutes, indexes: indexes, kernel)
  }

  /// Switches interfaces on and asks for the indexes of all, in one datagram.
  fileprivate static func indexes(
    of names: [String], switchingOn: [String] = [], _ kernel: any NetworkKernel
  ) throws(NetlinkError) -> [String: Int32] {
    let replies = try kernel.route(switchingOn.map(Rtnetlink.setUp) + names.map { Rtnetlink.getLink($0) })
    let links = replies.compactMap(LinkStatus.init)
    return Dictionary(links.map { ($0.name, $0.index) }) { $1 }
  }

  fileprivate static func set(
    _ routes: [DefaultRoute], indexes: [String: Int32], _ kernel: any NetworkKernel
  ) throws(NetlinkError) {
    _ = try kernel.route(
      routes.map {
        Rtnetlink.setDefaultRoute(via: $0.gateway, index: indexes[$0.interface] ?? 0, name: $0.interface)
      })
  }
}
