import Foundation
import Testing

/// Names that a compose file gives, and projects that are put together of several.
extension EndToEnd {
  @Test("A project, its containers, networks and volumes have the names that the file gives them")
  func givenNames() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        name: given
        services:
          a:
            image: busybox
            container_name: the-one
            hostname: inside
            command: [sleep, infinity]
            stop_signal: SIGKILL
            networks: [n]
            volumes: ["data:/v"]
            configs: [c]
            deploy: {mode: global}
            secrets: [s]
        networks: {n: {name: net-of-mine}}
        volumes: {data: {name: vol-of-mine}}
        configs: {c: {name: conf-of-mine, content: "c", labels: {k: v}}}
        secrets: {s: {name: sec-of-mine, environment: TOKEN, labels: [k=v], driver_opts: {o: "1"}}}
        """)
      let up = try sandbox.davit("up", "-d", environment: ["TOKEN": "t"])
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("ls", "-q").out == "given\n")
      #expect(try sandbox.davit("container", "ls", "--format", "{{.Names}}").out == "the-one\n")
      #expect(
        try sandbox.davit(
          "container", "exec", "the-one", "sh", "-c",
          "hostname; cat /c; echo; cat /run/secrets/s; echo; ls /run/secrets"
        ).out == "inside\nc\nt\ns\n")
      #expect(try sandbox.davit("network", "ls", "--format", "{{.Name}}").out.contains("net-of-mine\n"))
      #expect(try sandbox.davit("volume", "ls", "-q").out == "vol-of-mine\n")
      // What takes down needs no variables.
      let down = try sandbox.davit("down", "-v", "-t", "0")
      #expect(down.status == 0, "\(down.both)")
      #expect(try sandbox.davit("volume", "ls", "-q").out.isEmpty)
    }
  }

  @Test("Containers of an included project have its folder, its variables and its files")
  func includedContainers() throws {
    try inSandbox { sandbox in
      try sandbox.write(
        "db/compose.yaml", "services: {db: {extends: {file: base.yaml, service: base}, volumes: [./d:/d:ro]}}\n")
      try sandbox.write("db/more.yaml", "services: {db: {environment: [WHO=$WHO]}}\n")
      try sandbox.write(
        "db/base.yaml",
        "services: {base: {image: busybox, command: [sh, -c, 'echo $WHO $$X; cat /d/f'], env_file: x.env}}\n")
      try sandbox.write("db/x.env", "X=of-the-folder\n")
      try sandbox.write("db/my.env", "WHO=included\n")
      try sandbox.write("here/d/f", "file\n")
      try sandbox.write("db/d/f", "file of db\n")
      try sandbox.write(".env", "WHO_ELSE=outer\n")
      try sandbox.compose(
        """
        include:
          - path: [db/compose.yaml, db/more.yaml]
            env_file: db/my.env
            project_directory: db
        services:
          a: {image: busybox, command: [echo, "$WHO_ELSE"], depends_on: [db]}
        """)
      let up = try sandbox.davit("up", "--no-log-prefix", "--no-color")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("logs", "--no-log-prefix", "db").out == "included of-the-folder\nfile of db\n")
      #expect(try sandbox.davit("logs", "--no-log-prefix", "a").out == "outer\n")
      _ = try sandbox.davit("down", "-t", "0")
    }
  }

  @Test("A service with a terminal has one, without one it has none, and both read what is written to them")
  func terminals() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sh, -c, "test -t 1 && echo terminal; test -t 0 && echo input"], tty: true}
          b: {image: busybox, command: [sh, -c, "test -t 1 || echo none; test -t 0 || echo nothing"], stdin_open: false}
        """)
      #expect(try sandbox.davit("up").status == 0)
      #expect(
        try sandbox.davit("logs", "--no-log-prefix", "a").out.replacingOccurrences(of: "\r", with: "")
          == "terminal\ninput\n")
      #expect(try sandbox.davit("logs", "--no-log-prefix", "b").out == "none\nnothing\n")
      _ = try sandbox.davit("down", "-t", "0")
    }
  }

  @Test("A compose build takes its context, file and target from where the file says")
  func builtFromElsewhere() throws {
    try inSandbox { sandbox in
      try sandbox.write("src/f", "context\n")
      try sandbox.write("docker/app.Dockerfile", "FROM busybox AS first\nCOPY f /f\nFROM first AS last\nRUN rm /f\n")
      try sandbox.compose(
        """
        services:
          a:
            build: {context: ./src, dockerfile: ../docker/app.Dockerfile, target: first, network: none}
            command: [cat, /f]
        """)
      let up = try sandbox.davit("up", "--no-log-prefix")
      #expect(up.status == 0 && up.out.contains("context\n"), "\(up.both)")
      _ = try sandbox.davit("down", "-t", "0")
    }
  }

  @Test("Options of Docker's bridges and local volumes are honoured, and others are refused by name")
  func driverOptions() throws {
    try inSandbox { sandbox in
      try sandbox.write("here/f", "bound\n")
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            networks: [net]
            ports: ["8123:80"]
            volumes: [memory:/m, bound:/b]
        networks:
          net:
            driver_opts:
              com.docker.network.bridge.name: br-own
              com.docker.network.bridge.enable_ip_masquerade: "false"
              com.docker.network.bridge.host_binding_ipv4: 127.0.0.1
              com.docker.network.bridge.gateway_mode_ipv4: nat
              com.docker.network.bridge.inhibit_ipv4: "false"
              com.docker.network.container_iface_prefix: lan
              com.docker.network.driver.mtu: 1400
        volumes:
          memory: {driver_opts: {type: tmpfs, device: tmpfs, o: "size=2m,uid=1000,mode=700"}}
          bound: {driver: local, driver_opts: {type: none, o: bind, device: "${PWD}/here"}}
        """)
      let up = try sandbox.davit("up", "-d", environment: ["PWD": "\(sandbox.folder)/project"])
      #expect(up.status == 0, "\(up.both)")
      let inside = try sandbox.davit(
        "exec", "-T", "a", "sh", "-c",
        "cat /sys/class/net/lan0/mtu; df -k /m | tail -n1 | awk '{print $2}'; stat -c %u:%a /m; cat /b/f")
      #expect(inside.out == "1400\n2048\n1000:700\nbound\n", "\(inside.both)")
      #expect(try sandbox.shell("ip -o link show br-own").status == 0)
      #expect(try sandbox.davit("port", "a", "80").out == "127.0.0.1:8123\n")
      #expect(try !sandbox.shell("nft list set inet davit sources4").out.contains("elements"))
      _ = try sandbox.davit("down", "-v", "-t", "0", environment: ["PWD": "\(sandbox.folder)/project"])
      for (option, words) in [
        ("com.docker.network.bridge.nme: x", "the option com.docker.network.bridge.nme is not known"),
        ("com.docker.network.bridge.gateway_mode_ipv4: routed", "gateway_mode_ipv4 is \"routed\""),
        ("com.docker.network.bridge.inhibit_ipv4: 'true'", "a bridge of Davit is the gateway of its network"),
        ("com.docker.network.container_iface_prefix: a/b", "which cannot name an interface"),
      ] {
        try sandbox.compose(
          "services: {a: {image: busybox, networks: [n]}}\nnetworks: {n: {driver_opts: {\(option)}}}\n")
        let refused = try sandbox.davit("up", "-d")
        #expect(refused.status == 1 && refused.err.contains(words), "\(refused.both)")
      }
      for (volume, words) in [
        ("driver: rexray", "rexray"), ("driver_opts: {typ: tmpfs}", "typ"),
        ("driver_opts: {type: nosuchfs, device: d}", "nosuchfs"),
      ] {
        try sandbox.compose(
          "services: {a: {image: busybox, command: ['true'], volumes: ['vol:/v']}}\nvolumes: {vol: {\(volume)}}\n")
        let refused = try sandbox.davit("up", "-d")
        #expect(refused.status == 1 && refused.err.contains(words), "\(volume): \(refused.both)")
      }
      _ = try sandbox.davit("down", "-v", "-t", "0")
    }
  }
}
