import Foundation
import Testing

extension EndToEnd {
  @Test("Networks of the drivers macvlan and ipvlan put containers on an interface of the host, or among themselves")
  func directNetworks() throws {
    try inSandbox { sandbox in
      // What this kernel has no such interfaces for is left out.
      let kinds = try sandbox.shell(
        """
        ip link add d0 type dummy && ip link del d0 && echo dummy
        ip link add v0 type veth peer name v1
        ip link add link v0 name v0.7 type vlan id 7 && echo tags
        ip link add link v0 name i0 type ipvlan && echo ipvlan
        ip link del v0
        """
      ).out
      let (hasTags, hasDummies) = (
        kinds.contains("tags"), kinds.contains("dummy") && kinds.contains("ipvlan")
      )
      // Another machine on the same wire: the other end of a veth pair, in a namespace of its own.
      let far = try sandbox.start(["unshare", "--net", "sleep", "100"]).process
      defer { far.terminate() }
      let pid = far.processIdentifier
      try eventually {
        try sandbox.shell("[ $(readlink /proc/\(pid)/ns/net) != $(readlink /proc/self/ns/net) ]").status == 0
      }
      let wire = try sandbox.shell(
        """
        set -e
        ip link add wire0 type veth peer name far0; ip link set wire0 up; ip link set far0 netns \(pid)
        nsenter -t \(pid) -n sh -ec 'ip addr add 10.88.0.1/24 dev far0; ip link set far0 up
          if \(hasTags); then ip link add link far0 name far0.7 type vlan id 7; ip addr add 10.89.0.1/24 dev far0.7; ip link set far0.7 up; fi'
        """)
      try #require(wire.status == 0, "\(wire.both)")
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        services:
          a: {<<: *idle, networks: {lan: {ipv4_address: 10.88.0.20, mac_address: "02:00:00:00:00:21"}}}
          b: {<<: *idle, networks: [lan]}
          tagged: {<<: *idle, networks: [tagged], scale: \(hasTags ? 1 : 0)}
          alone: {<<: *idle, networks: [alone], scale: \(hasDummies ? 1 : 0)}
          together: {<<: *idle, networks: [alone], scale: \(hasDummies ? 1 : 0)}
        networks:
          lan:
            driver: macvlan
            driver_opts: {parent: wire0}
            ipam: {config: [{subnet: 10.88.0.0/24, gateway: 10.88.0.1}]}
          tagged:
            driver: macvlan
            driver_opts: {parent: wire0.7}
            ipam: {config: [{subnet: 10.89.0.0/24, gateway: 10.89.0.1}]}
          alone: {driver: ipvlan, driver_opts: {ipvlan_mode: l2}}
        """)
      let services = ["a", "b"] + (hasTags ? ["tagged"] : []) + (hasDummies ? ["alone", "together"] : [])
      let up = try sandbox.run(["\(Sandbox.binaries)/davit", "up", "-d"] + services)
      #expect(up.status == 0, "\(up.both)")
      func inside(_ service: String, _ script: String) throws -> String {
        try sandbox.davit("exec", "-T", service, "sh", "-c", script).out
      }
      let link = try inside("a", "ip -o link show eth0; ip -o addr show eth0; ip route")
      #expect(link.contains("02:00:00:00:00:21") && link.contains("10.88.0.20/24"), "\(link)")
      #expect(link.contains("default via 10.88.0.1"))
      #expect(try inside("a", "ping -c1 -W2 10.88.0.1; ping -c1 -W2 b").contains("(10.88.0.2)"))
      #expect(try inside("a", "ping -c1 -W2 10.88.0.1").contains("1 packets received"))
      if hasTags {
        #expect(try inside("tagged", "ping -c1 -W2 10.89.0.1").contains("1 packets received"))
      }
      if hasDummies {
        #expect(try inside("alone", "ping -c1 -W2 together").contains("1 packets received"))
      }
      #expect(try sandbox.davit("doctor").status == 0)
      #expect(try sandbox.davit("down").status == 0)
      // What was there before stays, what was made goes.
      func links() throws -> String { try sandbox.shell("ip -o link").out }
      try eventually("wire0 alone is left: \((try? links()) ?? "")") {
        let links = try links()
        return links.contains("wire0@") && !links.contains("wire0.7") && !links.contains("di-")
      }
      try sandbox.compose(
        "services: {a: {image: busybox, networks: [n]}}\nnetworks: {n: {driver: macvlan, driver_opts: {parent: absent9}}}"
      )
      let missing = try sandbox.davit("up", "-d")
      #expect(missing.status == 1 && missing.err.contains("there is no interface absent9"), "\(missing.err)")
      try sandbox.shell("ip link del wire0")
    }
  }
}
