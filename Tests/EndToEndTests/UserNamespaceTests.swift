import Testing

extension EndToEnd {
  @Test("With userns_mode: private the container's root is nobody on the host, and owns its own files all the same")
  func ownUsers() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          web:
            image: busybox
            userns_mode: private
            command: [sh, -c, "echo $$(id -u) >/data/who; chown 5:6 /data/who; touch /made; exec sleep infinity"]
            stop_signal: SIGKILL
            networks: [net]
            volumes: ["data:/data", "./host:/host"]
            secrets: [token]
            healthcheck: {test: [CMD, test, -e, /made], interval: 1s, start_interval: 100ms, start_period: 10s}
          other: {image: busybox, userns_mode: auto, command: [sleep, infinity], stop_signal: SIGKILL, networks: [net]}
        networks: {net: {}}
        volumes: {data: {}}
        secrets: {token: {file: ./token}}
        """)
      let folder = "\(sandbox.folder)/project"
      #expect(
        try sandbox.shell("mkdir \(folder)/host && echo hi >\(folder)/host/file && echo s3cret >\(folder)/token").status
          == 0)
      let up = try sandbox.davit("up", "-d", "--wait")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ script: String) throws -> String {
        try sandbox.davit("exec", "-T", "web", "sh", "-c", script).both.trimmed
      }
      let map = try inside("cat /proc/self/uid_map").split(separator: " ").map(String.init)
      #expect(map.count == 3 && map[0] == "0" && map[2] == "65536", "\(map)")
      // Seen from the host: its first process is somebody else, and another container's are somebody else again.
      let container = try sandbox.davit("ps", "-q", "web").out.trimmed
      let pid = try sandbox.davit("inspect", "--format", "{{.State.Pid}}", container).out.trimmed
      #expect(try sandbox.shell("stat -c %u /proc/\(pid)").out.trimmed == map[1])
      let others = try sandbox.davit("exec", "-T", "other", "cat", "/proc/self/uid_map").out.split(separator: " ")
      #expect(others.count == 3 && others[1] != map[1])
      // What it owns is root's inside and on the disk.
      #expect(try inside("stat -c %u:%g /made /etc/hosts /run/secrets/token") == "0:0\n0:0\n0:0")
      #expect(try inside("cat /run/secrets/token") == "s3cret")
      #expect(try sandbox.shell("stat -c %u:%g $DAVIT_ROOT/volumes/*/_data/who").out.trimmed == "5:6")
      // A folder of the host keeps the host's owners, so that this root may not write there.
      #expect(try inside("cat /host/file; stat -c %u /host/file; touch /host/new").hasPrefix("hi\n65534\n"))
      #expect(try sandbox.shell("ls \(folder)/host").out.trimmed == "file")
      // Its network is its own.
      #expect(try inside("ping -c 1 -W 2 other >/dev/null && hostname -i | wc -w") == "1")
      #expect(try inside("cat /proc/sys/net/ipv4/ip_unprivileged_port_start") == "0")
      let again = try sandbox.davit("restart", "-t", "0", "web")
      #expect(again.status == 0, "\(again.both)")
      #expect(try inside("stat -c %u /made") == "0")
    }
  }

  @Test("cp goes both ways with a container that has users of its own, and owners are those that it knows")
  func copyingAmongUsers() throws {
    try inSandbox { sandbox in
      #expect(
        try sandbox.davit("run", "-d", "--name", "u", "--userns", "private", "busybox", "sleep", "600").status == 0)
      try sandbox.write("file", "there")
      let there = try sandbox.davit("cp", "-a", "file", "u:/root/file")
      #expect(there.status == 0, "\(there.both)")
      let seen = try sandbox.davit(
        "exec", "u", "sh", "-c", "stat -c %u:%g /root/file; chown 5:6 /root/file; cat /root/file")
      #expect(seen.out == "0:0\nthere", "\(seen.both)")
      #expect(try sandbox.davit("cp", "-a", "u:/root/file", "back").status == 0)
      #expect(try sandbox.shell("cd \(sandbox.folder)/project && stat -c %u:%g back").out.trimmed == "5:6")
      let listed = try sandbox.shell("\(Sandbox.binaries)/davit cp u:/root - | tar tv --numeric-owner")
      #expect(listed.out.contains("0/0") && listed.out.contains("5/6"), "\(listed.both)")
      #expect(try sandbox.davit("stop", "-t", "0", "u").status == 0)
      #expect(try sandbox.davit("cp", "-a", "u:/root/file", "rest").status == 0)
      #expect(try sandbox.shell("cd \(sandbox.folder)/project && stat -c %u:%g rest").out.trimmed == "5:6")
      #expect(try sandbox.davit("rm", "-f", "u").status == 0)
    }
  }

  @Test("A user namespace mode that is not known is refused where it is written")
  func unknownUsers() throws {
    try inSandbox { sandbox in
      try sandbox.compose("services: {web: {image: busybox, userns_mode: keep-id}}")
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(
        up.err.contains("compose.yaml:1:") && up.err.contains("userns_mode") && up.err.contains("keep-id"), "\(up.err)")
    }
  }
}
