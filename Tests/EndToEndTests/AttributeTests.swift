import Foundation
import Testing

extension EndToEnd {
  @Test("Limits, weights, OOM settings, ulimits, sysctls and cgroup_parent are what the kernel has")
  func limitsInside() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            cpus: 0.5
            cpu_shares: 512
            cpuset: "0"
            mem_limit: 64m
            memswap_limit: 128m
            mem_reservation: 32m
            mem_swappiness: 10
            pids_limit: 77
            oom_kill_disable: true
            oom_score_adj: 500
            blkio_config: {weight: 300}
            cgroup_parent: /\(sandbox.name)/own
            ulimits: {nofile: {soft: 111, hard: 222}, nproc: 333}
            shm_size: 8m
            sysctls: {net.ipv4.ip_unprivileged_port_start: 1000}
            annotations: {org.example.note: kept}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      let inside = try sandbox.davit(
        "exec", "-T", "a", "sh", "-c",
        """
        ulimit -n; ulimit -Hn; ulimit -u; cat /proc/1/oom_score_adj /proc/sys/net/ipv4/ip_unprivileged_port_start
        grep -o 'size=8192k' /proc/mounts
        """
      ).out
      #expect(inside == "111\n222\n333\n500\n1000\nsize=8192k\n")
      let id = try sandbox.davit("ps", "-q", "--no-trunc", "a").out.trimmed
      func setting(_ hierarchy: String, _ file: String) throws -> String? {
        let path = "/sys/fs/cgroup/\(hierarchy)/\(sandbox.name)/own/\(id)/\(file)"
        return (try? String(contentsOfFile: path, encoding: .utf8))?.trimmed
      }
      // On cgroup v2 there are other files, and a test of their own.
      if FileManager.default.fileExists(atPath: "/sys/fs/cgroup/memory/\(sandbox.name)") {
        #expect(try setting("cpu", "cpu.cfs_quota_us") == "50000" && setting("cpu", "cpu.shares") == "512")
        #expect(try setting("cpuset", "cpuset.cpus") == "0" && setting("pids", "pids.max") == "77")
        #expect(try setting("memory", "memory.limit_in_bytes") == "67108864")
        #expect(try setting("memory", "memory.memsw.limit_in_bytes") ?? "134217728" == "134217728")
        #expect(try setting("memory", "memory.soft_limit_in_bytes") == "33554432")
        #expect(try setting("memory", "memory.swappiness") == "10")
        #expect(try setting("memory", "memory.oom_control")?.contains("oom_kill_disable 1") == true)
        let weights = try ["blkio.weight", "blkio.bfq.weight"].compactMap { try setting("blkio", $0) }
        #expect(weights.isEmpty || weights.contains { $0.hasSuffix("300") }, "\(weights)")
      }
      #expect(try sandbox.davit("inspect", "project-a-1").out.contains("\"org.example.note\": \"kept\""))
      // What a person names as the parent is not Davit's to remove.
      #expect(try sandbox.davit("down").status == 0)
      try sandbox.shell("find /sys/fs/cgroup -depth -type d -path '*/\(sandbox.name)/own' -exec rmdir {} +")
    }
  }

  @Test("tmpfs, image and volume mounts have the options that they are given")
  func mountOptionsInside() throws {
    try inSandbox { sandbox in
      try sandbox.write("src/file", "x")
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            tmpfs: ["/t1:size=1m,mode=1770,uid=5,exec"]
            volumes:
              - {type: tmpfs, target: /t2, tmpfs: {size: 2m, mode: 01711}}
              - {type: image, source: busybox, target: /img, image: {subpath: etc}}
              - {type: image, source: busybox, target: /whole}
              - ./src:/ro:ro
              - /anonymous
              - vol:/v
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, volumes_from: ["a:ro"]}
        volumes: {vol: {}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ service: String, _ script: String) throws -> String {
        try sandbox.davit("exec", "-T", service, "sh", "-c", script).out
      }
      #expect(try inside("a", "stat -c '%a %u' /t1 /t2") == "1770 5\n1711 0\n")
      let mounts = try inside("a", "grep -E ' (/t1|/t2) ' /proc/mounts")
      #expect(mounts.contains("size=1024k") && mounts.contains("size=2048k"), "\(mounts)")
      let first = mounts.split(separator: "\n").first { $0.contains("/t1") }
      #expect(first?.contains("noexec") == false && first?.contains("nosuid") == true, "\(mounts)")
      #expect(
        try inside("a", "ls /img; ls -d /whole/bin; touch /whole/x /ro/x 2>/dev/null || echo read-only").hasSuffix(
          "group\npasswd\n/whole/bin\nread-only\n"))
      // What an anonymous volume holds goes over to the successor, unless it is to be new.
      #expect(try inside("a", "echo kept >/anonymous/f; echo v >/v/f; cat /v/f") == "v\n")
      #expect(try inside("b", "cat /anonymous/f /v/f /ro/file; touch /v/g 2>/dev/null || echo no") == "kept\nv\nxno\n")
      _ = try sandbox.davit("up", "-d", "--force-recreate")
      #expect(try inside("a", "cat /anonymous/f") == "kept\n")
      _ = try sandbox.davit("up", "-d", "--force-recreate", "-V")
      #expect(try inside("a", "ls /anonymous; cat /v/f") == "v\n")
    }
  }

  @Test("Secrets and configs of every source have their place, owner and mode; the user's where nothing is said")
  func filesInside() throws {
    try inSandbox { sandbox in
      try sandbox.write("secret.txt", "sesame\n")
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            user: "1000:2000"
            secrets: [file, {source: file, target: /x/other, uid: "5", gid: "6", mode: 0400}, variable]
            configs: [file, {source: content, target: /etc/content, mode: 0440}, variable]
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, secrets: [file]}
        secrets: {file: {file: secret.txt}, variable: {environment: TOKEN}}
        configs: {file: {file: secret.txt}, content: {content: "of ${TOKEN}"}, variable: {environment: TOKEN}}
        """)
      let token = ["TOKEN": "t0ken"]
      let up = try sandbox.davit("up", "-d", environment: token)
      #expect(up.status == 0, "\(up.both)")
      let stat = "stat -c '%n %a %u:%g'"
      let listed = try sandbox.davit(
        "exec", "-T", "-u", "0", "a", "sh", "-c",
        "\(stat) /run/secrets/* /x/other /file /etc/content /variable; cat /run/secrets/file /run/secrets/variable /etc/content /variable; env",
        environment: token
      ).out
      let expected = [
        "/run/secrets/file 444 1000:2000", "/run/secrets/variable 444 1000:2000", "/x/other 400 5:6",
        "/file 444 1000:2000", "/etc/content 440 1000:2000", "/variable 444 1000:2000", "sesame", "t0kenof t0kent0ken",
      ]
      #expect(listed.hasPrefix(expected.joined(separator: "\n")), "\(listed)")
      #expect(!listed.contains("TOKEN="))
      let plain = try sandbox.davit("exec", "-T", "b", "sh", "-c", "\(stat) /run/secrets/file", environment: token).out
      #expect(plain == "/run/secrets/file 444 0:0\n")
    }
  }

  @Test("Addresses, interface names, MAC addresses, the default route and link-local addresses are as asked for")
  func networkAttributesInside() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        x-idle: &idle {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        services:
          a:
            <<: *idle
            networks:
              n1:
                aliases: [also]
                ipv4_address: 10.77.0.9
                interface_name: first0
                mac_address: "02:00:00:00:00:07"
                link_local_ips: [169.254.8.8]
                driver_opts: {com.docker.network.endpoint.sysctls: "net.ipv4.conf.IFNAME.log_martians=1"}
              n2: {gw_priority: 10, interface_name: second0}
              six: {}
          b: {<<: *idle, networks: [six]}
          c: {<<: *idle, networks: [n1], links: ["a:linked"], external_links: ["project-a-1:outside"], extra_hosts: ["fixed=1.2.3.4"]}
          d: {<<: *idle, mac_address: "02:42:ac:11:00:99", hostname: hh, domainname: example.org, dns: [9.9.9.9], dns_search: [a.b], dns_opt: ["ndots:3"]}
        networks:
          n1: {ipam: {config: [{subnet: 10.77.0.0/24}]}}
          n2: {}
          six: {enable_ipv4: false, enable_ipv6: true}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ service: String, _ script: String) throws -> String {
        try sandbox.davit("exec", "-T", service, "sh", "-c", script).out
      }
      let links = try inside("a", "ip -o link; ip -o addr; ip route; cat /proc/sys/net/ipv4/conf/first0/log_martians")
      for words in [
        "first0@", "second0@", "02:00:00:00:00:07", "10.77.0.9/24", "169.254.8.8", "default via", "dev second0",
      ] { #expect(links.contains(words), "\(words): \(links)") }
      #expect(links.split(separator: "\n").contains { $0.hasPrefix("default") && $0.contains("second0") })
      #expect(links.hasSuffix("\n1\n"), "\(links)")
      let six = try inside("b", "ip -o addr show dev eth0; ping -c1 -W2 a >/dev/null && echo reached")
      #expect(!six.contains("inet ") && six.contains("inet6 fd") && six.hasSuffix("reached\n"), "\(six)")
      for name in ["also", "linked", "outside", "project-a-1"] {
        let ping = try inside("c", "ping -c1 -W2 \(name)")
        #expect(ping.contains("(10.77.0.9)") && ping.contains("1 packets received"), "\(name): \(ping)")
      }
      #expect(try inside("c", "grep fixed /etc/hosts") == "1.2.3.4\tfixed\n")
      let names = try inside("d", "cat /sys/class/net/eth0/address; hostname -f; cat /etc/resolv.conf")
      #expect(names.hasPrefix("02:42:ac:11:00:99\nhh.example.org\n"), "\(names)")
      #expect(names.contains("search a.b") && names.contains("ndots:3"))
    }
  }

  @Test("Dependents with restart: true, and those that share a namespace, restart with what they depend on")
  func dependentsRestart() throws {
    try inSandbox { sandbox in
      func compose(_ value: Int) throws {
        try sandbox.compose(
          """
          x-idle: &idle {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          services:
            db: {<<: *idle, environment: {V: "\(value)"}}
            web: {<<: *idle, depends_on: {db: {condition: service_started, restart: true}}}
            calm: {<<: *idle, depends_on: [db]}
            joined: {<<: *idle, network_mode: "service:db"}
            taken: {<<: *idle, volumes_from: [db]}
            optional: {<<: *idle, depends_on: {absent: {condition: service_started, required: false}}}
            absent: {<<: *idle, profiles: [never]}
          """)
      }
      func started() throws -> [String: String] {
        var times: [String: String] = [:]
        for service in ["db", "web", "calm", "joined", "taken"] {
          times[service] = try sandbox.davit("inspect", "-f", "{{.State.StartedAt}}", "project-\(service)-1").out
        }
        return times
      }
      try compose(1)
      #expect(try sandbox.davit("up", "-d").status == 0)
      var before = try started()
      func restarted() throws -> Set<String> {
        let now = try started()
        defer { before = now }
        return Set(now.keys.filter { now[$0] != before[$0] })
      }
      #expect(try sandbox.davit("restart", "db").status == 0)
      #expect(try restarted() == ["db", "web", "joined"])
      #expect(try sandbox.davit("restart", "--no-deps", "db").status == 0)
      #expect(try restarted() == ["db"])
      try compose(2)
      #expect(try sandbox.davit("up", "-d").status == 0)
      let after = try restarted()
      #expect(after.isSuperset(of: ["db", "web", "joined"]) && !after.contains("calm"), "\(after)")
    }
  }
}
