import Foundation
import Testing

extension EndToEnd {
  @Test("A named volume is filled from the image once, keeps its data over down, and goes with down -v")
  func namedVolume() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          app:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            volumes: ["data:/var/data"]
        volumes:
          data: {}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("exec", "-T", "app", "cat", "/var/data/seed").out == "seeded\n")
      #expect(try sandbox.davit("exec", "-T", "app", "stat", "-c", "%u", "/var/data").out.trimmed == "1000")
      #expect(try sandbox.davit("exec", "-T", "app", "sh", "-c", "echo mine >/var/data/seed").status == 0)
      #expect(try sandbox.davit("down", "-t", "0").status == 0)
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("exec", "-T", "app", "cat", "/var/data/seed").out == "mine\n")
      #expect(try sandbox.davit("volumes", "-q").out.trimmed == "project_data")
      #expect(try sandbox.davit("down", "-v", "-t", "0").status == 0)
      #expect(try sandbox.davit("volumes", "-q").out.trimmed.isEmpty)
    }
  }

  @Test("Bind mounts, read-only mounts, tmpfs and an image's own volumes are what they say")
  func mounts() throws {
    try inSandbox { sandbox in
      try sandbox.write("site/index.html", "hello\n")
      try sandbox.compose(
        """
        services:
          app:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            read_only: true
            tmpfs: ["/scratch:size=1m,mode=1770"]
            volumes:
              - ./site:/site:ro
              - ./made/for/you:/made
              - type: tmpfs
                target: /cache
                tmpfs: {size: 2m}
              - /anonymous
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func inside(_ command: String) throws -> Sandbox.Result {
        try sandbox.davit("exec", "-T", "app", "sh", "-c", command)
      }
      #expect(try inside("cat /site/index.html").out == "hello\n")
      #expect(try inside("echo no >/site/index.html").status != 0)
      #expect(try inside("echo yes >/made/file").status == 0)
      #expect(FileManager.default.fileExists(atPath: "\(sandbox.folder)/project/made/for/you/file"))
      #expect(try inside("echo no >/root/file").err.contains("Read-only file system"))
      #expect(try inside("stat -c %a /scratch").out.trimmed == "1770")
      #expect(try inside("df -k /cache | tail -1 | awk '{print $2}'").out.trimmed == "2048")
      #expect(try inside("echo yes >/anonymous/file").status == 0)
    }
  }

  @Test("A bind mount whose source must exist says which path is missing")
  func missingSource() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          app:
            image: busybox
            volumes:
              - type: bind
                source: ./nowhere
                target: /data
                bind: {create_host_path: false}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("nowhere"), "\(up.both)")
    }
  }

  @Test("Secrets and configs arrive as files with their owners and modes, and never in records or inspect output")
  func secretsAndConfigs() throws {
    try inSandbox { sandbox in
      try sandbox.write("token.txt", "hunter2-file")
      try sandbox.compose(
        """
        services:
          app:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            secrets:
              - token
              - {source: fromenv, target: env-token, uid: "1000", gid: "1000", mode: 0400}
            configs:
              - {source: site, target: /etc/site.conf}
        secrets:
          token: {file: ./token.txt}
          fromenv: {environment: SECRET_TOKEN}
        configs:
          site: {content: "port=80\\n"}
        """)
      let up = try sandbox.davit("up", "-d", environment: ["SECRET_TOKEN": "hunter2-env"])
      #expect(up.status == 0, "\(up.both)")
      func inside(_ command: String) throws -> String {
        try sandbox.davit("exec", "-T", "app", "sh", "-c", command, environment: ["SECRET_TOKEN": "hunter2-env"]).out
      }
      #expect(try inside("cat /run/secrets/token") == "hunter2-file")
      #expect(try inside("cat /run/secrets/env-token") == "hunter2-env")
      #expect(try inside("stat -c '%u %g %a' /run/secrets/env-token").trimmed == "1000 1000 400")
      #expect(try inside("stat -c %a /run/secrets/token").trimmed == "444")
      #expect(try inside("cat /etc/site.conf") == "port=80\n")
      let inspect = try sandbox.davit("inspect", "project-app-1").out
      #expect(!inspect.contains("hunter2"))
      let others = try sandbox.shell(
        "setpriv --reuid 65534 --clear-groups grep -rls hunter2 \(sandbox.folder)/root \(sandbox.folder)/run; true")
      #expect(others.out.isEmpty)
    }
  }
}
