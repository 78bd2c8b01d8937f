import Foundation
import Testing

extension EndToEnd {
  @Test("The drivers syslog and journald send every line with its stream and tag, and logs still shows them")
  func logDrivers() throws {
    try inSandbox { sandbox in
      // A `/run` of the sandbox's own, with a journal in it.
      try FileManager.default.createDirectory(atPath: "\(sandbox.folder)/journal", withIntermediateDirectories: true)
      let journal = try DatagramReceiver("\(sandbox.folder)/journal/socket")
      let syslog = try DatagramReceiver("\(sandbox.folder)/syslog")
      let mounted = try sandbox.shell(
        "mount -t tmpfs none /run && mkdir -p /run/systemd/journal && mount --bind \(sandbox.folder)/journal /run/systemd/journal"
      )
      try #require(mounted.status == 0, "\(mounted.both)")
      try sandbox.compose(
        """
        x-say: &say {image: busybox, command: [sh, -c, "echo to-out; echo to-err >&2"]}
        services:
          j:
            <<: *say
            labels: {tier.name: front}
            environment: {MODE: test}
            logging: {driver: journald, options: {tag: "{{.Name}}/x", labels: tier.name, env: MODE}}
          s:
            <<: *say
            logging:
              driver: syslog
              options: {syslog-address: "unixgram://\(sandbox.folder)/syslog", syslog-facility: local1, syslog-format: rfc5424, tag: web}
          u:
            <<: *say
            depends_on: {listener: {condition: service_healthy}}
            logging: {driver: syslog, options: {syslog-address: "tcp://127.0.0.1:5140", tag: far, cache-disabled: "true"}}
          listener:
            image: busybox
            network_mode: host
            command: [nc, -ll, -p, "5140", -e, sh, -c, "cat >>/tmp/log"]
            stop_signal: SIGKILL
            healthcheck: {test: [CMD-SHELL, "netstat -ltn | grep -q :5140"], interval: 5s, start_period: 20s, start_interval: 100ms}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      _ = try sandbox.davit("wait", "j", "s", "u")
      let entries = journal.all(2)
      #expect(entries.count == 2, "\(entries)")
      let out = entries.first { $0.contains("MESSAGE=to-out\n") } ?? ""
      for field in [
        "PRIORITY=6\n", "CONTAINER_NAME=project-j-1\n", "CONTAINER_TAG=project-j-1/x\n",
        "SYSLOG_IDENTIFIER=project-j-1/x\n", "IMAGE_NAME=busybox\n", "TIER_NAME=front\n", "MODE=test\n",
      ] { #expect(out.contains(field), "\(field) in \(out)") }
      #expect(entries.contains { $0.contains("MESSAGE=to-err\n") && $0.contains("PRIORITY=3\n") })
      let lines = syslog.all(2)
      // local1 is 17: 17 * 8 + 6 and + 3.
      #expect(lines.contains { $0.hasPrefix("<142>1 2") && $0.hasSuffix(" web - to-out\n") }, "\(lines)")
      #expect(lines.contains { $0.hasPrefix("<139>1 2") && $0.hasSuffix(" web - to-err\n") }, "\(lines)")
      try eventually { try sandbox.davit("exec", "-T", "listener", "cat", "/tmp/log").out.contains("to-err") }
      let far = try sandbox.davit("exec", "-T", "listener", "cat", "/tmp/log").out
      #expect(far.contains("<30>") && far.contains("<27>") && far.contains(" far["), "\(far)")
      #expect(try sandbox.davit("logs", "--no-log-prefix", "s").out == "to-out\nto-err\n")
      let unread = try sandbox.davit("logs", "u")
      #expect(unread.status != 0 && unread.err.contains("keeps nothing"), "\(unread.both)")
      try sandbox.compose(
        """
        services:
          s: {image: busybox, logging: {driver: syslog, options: {syslog-address: "unixgram:///nowhere/log"}}}
          t: {image: busybox, logging: {driver: syslog, options: {syslog-adress: "x"}}}
        """)
      let refused = try sandbox.davit("up", "-d", "--remove-orphans")
      #expect(refused.status == 1 && refused.err.contains("nobody takes the log"), "\(refused.err)")
      #expect(refused.err.contains("has no option \"syslog-adress\""), "\(refused.err)")
      _ = try sandbox.davit("down", "--remove-orphans", "-t", "0")
      try sandbox.shell("umount -R /run")
    }
  }
}

/// A local datagram socket that keeps what comes.
private final class DatagramReceiver {
  private let socket: Int32

  init(_ path: String) throws {
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0, "\(path): \(errno)")
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  /// The next `count` datagrams, or as many as come.
  func all(_ count: Int) -> [String] {
    var texts: [String] = []
    var room = [UInt8](repeating: 0, count: 64 << 10)
    while texts.count < count {
      let length = recv(socket, &room, room.count, 0)
      guard length > 0 else { break }
      texts.append(String(decoding: room[..<length], as: UTF8.self))
    }
    return texts
  }
}
