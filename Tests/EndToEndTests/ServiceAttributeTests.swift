import Foundation
import Testing

extension EndToEnd {
  @Test("Ports of the long form are published where, and as what, they say")
  func portsInside() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [httpd, -f, -p, "80", -h, /etc]
            stop_signal: SIGKILL
            ports:
              - {name: web, target: 80, published: "8081", host_ip: 127.0.0.2, protocol: tcp, app_protocol: http, mode: host}
              - {target: 53, published: "5300-5310", protocol: udp}
              - {target: 81}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("port", "a", "80").out == "127.0.0.2:8081\n")
      #expect(try sandbox.shell("curl -s http://127.0.0.2:8081/passwd").out.hasPrefix("root:x"))
      #expect(try sandbox.shell("curl -s -m 3 http://127.0.0.1:8081/passwd").status != 0, "only on its address")
      let udp = try sandbox.davit("port", "--protocol", "udp", "a", "53").out.trimmed
      let port = try #require(udp.split(separator: ":").last.flatMap { Int($0) })
      #expect((5300...5310).contains(port), "\(udp)")
      let free = try sandbox.davit("port", "a", "81").out.trimmed
      #expect(free.split(separator: ":").last.flatMap { Int($0) } ?? 0 > 1023, "\(free)")
      let row = try sandbox.davit("ps", "--format", "json").out
      #expect(row.contains("\"PublishedPort\":8081") && row.contains("\"URL\":\"127.0.0.2\""), "\(row)")
    }
  }

  @Test("Volumes have the drivers' options, labels, subpaths and copies that they are given")
  func volumeOptionsInside() throws {
    try inSandbox { sandbox in
      try sandbox.write("shared/file", "of the host\n")
      try sandbox.compose(
        """
        services:
          fill: {image: busybox, command: [sh, -c, "mkdir -p /all/inner; echo deep >/all/inner/f"], volumes: ["plain:/all"]}
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            depends_on: {fill: {condition: service_completed_successfully}}
            volumes:
              - {type: volume, source: plain, target: /inner, volume: {subpath: inner}}
              - {type: volume, source: empty, target: /var/data, volume: {nocopy: true}}
              - {type: volume, source: copied, target: /copied/../var/data2}
              - {type: volume, target: /anonymous, volume: {labels: {purpose: scratch}}}
              - {type: volume, source: memory, target: /memory}
              - {type: volume, source: bound, target: /bound}
              - {type: bind, source: ./shared, target: /shared, read_only: true, consistency: cached, bind: {selinux: z}}
        volumes:
          plain: {labels: {kept: "yes"}}
          empty: {}
          copied: {}
          memory: {driver: local, driver_opts: {type: tmpfs, device: tmpfs, o: "size=3m,mode=0701"}}
          bound: {driver_opts: {type: none, device: \(sandbox.folder)/project/shared, o: bind}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ script: String) throws -> String { try sandbox.davit("exec", "-T", "a", "sh", "-c", script).out }
      #expect(try inside("cat /inner/f; ls /inner") == "deep\nf\n")
      #expect(try inside("ls /var/data; ls /var") == "data\ndata2\n", "nothing is copied")
      #expect(try inside("stat -c %a /memory; grep ' /memory ' /proc/mounts").hasPrefix("701\ntmpfs /memory tmpfs"))
      #expect(
        try inside("grep -c size=3072k /proc/mounts; cat /bound/file /shared/file").hasSuffix(
          "1\nof the host\nof the host\n"))
      #expect(try inside("touch /bound/new && ls /shared; touch /shared/x 2>/dev/null || echo ro") == "file\nnew\nro\n")
      #expect(
        try sandbox.davit("volume", "inspect", "project_plain", "--format", "{{.Labels.kept}}").out == "yes\n")
      let names = try sandbox.davit("volume", "ls", "-q", "--filter", "label=purpose=scratch").out
      #expect(names.trimmed.count == 64, "\(names)")
      let missing = try sandbox.write(
        "missing.yaml",
        "services: {a: {image: busybox, volumes: [{type: volume, source: plain, target: /x, volume: {subpath: ../..}}]}}\nvolumes: {plain: {}}"
      )
      let escaped = try sandbox.davit("-f", missing, "run", "--rm", "-T", "a", "ls", "/x")
      #expect(escaped.out == "inner\n", "a subpath stays inside: \(escaped.both)")
    }
  }

  @Test(
    "A health check has its time, is switched off by disable, and an image's subfolder is shared through its layers")
  func healthAndImageMounts() throws {
    try inSandbox { sandbox in
      try sandbox.write(
        "Dockerfile",
        """
        FROM busybox
        RUN mkdir -p /data/x:y /gone && echo one >/data/one && ln -s /data /data/link && echo old >/gone/a && touch /data/x:y/z
        RUN echo two >/data/two && rm -r /gone && mkdir /gone && echo new >/gone/b && rm /data/one
        HEALTHCHECK --interval=100ms CMD true
        """)
      try sandbox.compose(
        """
        x-idle: &idle {command: [sleep, infinity], stop_signal: SIGKILL}
        services:
          built: {<<: *idle, image: "layers", build: .}
          off: {<<: *idle, image: layers, pull_policy: never, depends_on: [built], healthcheck: {disable: true}}
          slow:
            <<: *idle
            image: busybox
            healthcheck: {test: "sleep 30", interval: 100ms, timeout: 200ms, retries: 1, start_period: 0s, start_interval: 100ms}
          mounts:
            <<: *idle
            image: busybox
            depends_on: [built]
            volumes:
              - {type: image, source: layers, target: /data, image: {subpath: data/link/}}
              - {type: image, source: layers, target: /gone, image: {subpath: gone}}
              - {type: image, source: layers, target: /file, image: {subpath: data/two}}
              - {type: image, source: layers, target: /colon, image: {subpath: "data/x:y"}}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ script: String) throws -> String {
        try sandbox.davit("exec", "-T", "mounts", "sh", "-c", script).out
      }
      #expect(try inside("ls /data; cat /data/two /file") == "link\ntwo\nx:y\ntwo\ntwo\n")
      #expect(
        try inside("ls /gone /colon; cat /gone/b; touch /data/no 2>/dev/null || echo ro")
          == "/colon:\nz\n\n/gone:\nb\nnew\nro\n")
      try eventually { try sandbox.davit("ps", "--format", "{{.Health}}", "built").out == "healthy\n" }
      #expect(try sandbox.davit("ps", "--format", "{{.Health}}", "off").out == "\n")
      try eventually { try sandbox.davit("ps", "--format", "{{.Health}}", "slow").out == "unhealthy\n" }
      let log = try sandbox.davit("inspect", "project-slow-1", "--format", "{{json .State.Health.Log}}").out
      #expect(log.contains("exceeded timeout (200ms)"), "\(log)")
      let missing = try sandbox.write(
        "missing.yaml",
        "services: {a: {image: busybox, volumes: [{type: image, source: layers, target: /x, image: {subpath: gone/a}}]}}"
      )
      let refused = try sandbox.davit("-f", missing, "run", "--rm", "-T", "a", "true")
      #expect(refused.status != 0 && refused.err.contains("subpath gone/a of image layers"), "\(refused.both)")
    }
  }

  @Test("Hooks and the programs of watch run with the user, folder, variables and privileges that they are given")
  func hookAttributesInside() throws {
    try inSandbox { sandbox in
      try sandbox.write("conf/a.conf", "a\n")
      let capabilities = "grep CapEff /proc/self/status | cut -f2"
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            volumes: [told:/told]
            pre_start: [{command: [sh, -c, "\(capabilities) >/told/pre"], privileged: true}]
            post_start:
              - {command: [sh, -c, "\(capabilities) >/told/post; echo $$NAME $$PWD $$(id -u) >>/told/post"], privileged: true, user: root, working_dir: /var, environment: [NAME=value]}
            pre_stop: [{command: [sh, -c, "\(capabilities) >/told/stop"], privileged: true}]
            develop:
              watch:
                - path: ./conf
                  target: /conf
                  action: sync+exec
                  include: "*.conf"
                  exec: {command: [sh, -c, "echo $$NAME $$PWD $$(id -u); \(capabilities)"], user: "1000", privileged: false, working_dir: /etc, environment: {NAME: watched}}
        volumes: {told: {}}
        """)
      let watch = try sandbox.start(["\(Sandbox.binaries)/davit", "watch"])
      let output = Collected(watch.out)
      try output.wait(for: "Watch enabled")
      func inside(_ script: String) throws -> String { try sandbox.davit("exec", "-T", "a", "sh", "-c", script).out }
      let all = try sandbox.davit("run", "--rm", "--no-deps", "-T", "a", "cat", "/told/pre", "/told/post").out
      let lines = all.split(separator: "\n").map(String.init)
      let full = try sandbox.davit("exec", "-T", "--privileged", "a", "sh", "-c", capabilities).out.trimmed
      #expect(lines == [full, full, "value /var 0"], "\(all)")
      try sandbox.shell("echo no >conf/b.txt; echo b >conf/b.conf")
      try output.wait(for: "watched /etc 1000")
      try output.wait(for: "0000000000000000")
      #expect(try inside("ls /conf") == "b.conf\n", "only what is included")
      kill(watch.process.processIdentifier, SIGINT)
      watch.process.waitUntilExit()
      _ = try sandbox.davit("stop")
      #expect(try sandbox.davit("run", "--rm", "--no-deps", "-T", "a", "cat", "/told/stop").out.trimmed == full)
    }
  }

  @Test("Replicas restart and are replaced as deploy says, and networks keep back what they are told to")
  func deployInside() throws {
    try inSandbox { sandbox in
      func compose(_ version: String) throws {
        try sandbox.compose(
          """
          services:
            tries:
              image: busybox
              command: [sh, -c, "echo try; exit 3"]
              restart: "no"
              deploy: {restart_policy: {condition: on-failure, delay: 50ms, max_attempts: 2, window: 5s}}
            many:
              image: busybox
              command: [sh, -c, "\(version)"]
              stop_signal: SIGKILL
              attach: false
              deploy:
                replicas: 3
                update_config: {parallelism: 1, delay: 10ms, failure_action: rollback, monitor: 400ms, max_failure_ratio: 0, order: stop-first}
                rollback_config: {parallelism: 0, delay: 0s, failure_action: pause, monitor: 100ms, max_failure_ratio: 0.5, order: stop-first}
              networks: {own: {priority: 5}}
          networks:
            own:
              attachable: true
              labels: {kind: own}
              ipam: {options: {note: kept}, config: [{subnet: 10.91.0.0/24, ip_range: 10.91.0.0/29, aux_addresses: {printer: 10.91.0.2}}]}
          """)
      }
      try compose("echo first; sleep infinity")
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      try eventually { try sandbox.davit("logs", "--no-log-prefix", "tries").out == "try\ntry\ntry\n" }
      let addresses = try (1...3).map {
        try sandbox.davit("exec", "-T", "--index", "\($0)", "many", "hostname", "-i").out.trimmed
      }
      #expect(Set(addresses).isSubset(of: ["10.91.0.3", "10.91.0.4", "10.91.0.5", "10.91.0.6"]), "\(addresses)")
      let network = try sandbox.davit("network", "inspect", "project_own").out
      for words in ["\"note\": \"kept\"", "\"printer\": \"10.91.0.2\"", "\"Attachable\": true"] {
        #expect(network.contains(words), "\(words): \(network)")
      }
      // The first that is replaced fails while it is looked at: the others never were, and it is as before again.
      try compose("echo second; sleep 0.1; exit 1")
      let failed = try sandbox.davit("up", "-d")
      #expect(failed.status != 0 && failed.both.contains("many"), "\(failed.both)")
      #expect(try sandbox.davit("ps", "-q", "many").out.split(separator: "\n").count == 3)
      let logs = try sandbox.davit("logs", "--no-log-prefix", "many").out
      #expect(logs == "first\nfirst\nfirst\n", "\(logs)")
      // An attached up shows nothing of it.
      let shown = try sandbox.davit("up", "--abort-on-container-exit", "--no-deps", "tries", "many")
      #expect(shown.out.hasPrefix("Attaching to tries-1\n") && !shown.out.contains("many-1  |"), "\(shown.both)")
    }
  }
}
