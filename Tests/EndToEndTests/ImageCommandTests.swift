import Foundation
import Testing

extension EndToEnd {
  @Test("rmi, tag, history, save, load and import behave as docker's, with their exit codes")
  func imageVerbs() throws {
    try inSandbox { sandbox in
      let davit = { (arguments: [String]) in try sandbox.run(["\(Sandbox.binaries)/davit"] + arguments) }
      try sandbox.compose("services: {a: {image: \"app:1\", command: sleep 60, init: true, network_mode: none}}")
      for name in ["app:1", "app:2"] { #expect(try davit(["tag", "busybox", name]).status == 0) }
      #expect(try davit(["up", "-d"]).status == 0)
      // Of several names one can always go; a missing one is told, and the others go all the same.
      let several = try davit(["rmi", "nosuch:1", "app:2"])
      #expect(
        several.status == 1 && several.out == "Untagged: app:2\n" && several.err.contains("no such image: nosuch:1"))
      #expect(try davit(["rmi", "-f", "nosuch:1"]).status == 0)
      let id = try davit(["image", "ls", "-q", "app:1"]).out.trimmed
      let ambiguous = try davit(["rmi", id])
      #expect(
        ambiguous.status == 1 && ambiguous.err.contains("image is being used by running container"), "\(ambiguous.both)"
      )
      #expect(try davit(["rmi", "busybox"]).status == 0)
      let used = try davit(["rmi", "app:1"])
      #expect(used.status == 1 && used.err.contains("(must force)"), "\(used.both)")
      #expect(try davit(["rmi", "-f", "app:1"]).out == "Untagged: app:1\n")
      #expect(try davit(["image", "ls", "-f", "dangling=true", "-q"]).out.trimmed == id)
      #expect(try davit(["image", "prune", "-f"]).out == "Total reclaimed space: 0B\n")
      #expect(try davit(["down", "-t", "0"]).status == 0)
      let pruned = try davit(["image", "prune", "-f"])
      #expect(pruned.out.hasPrefix("Deleted Images:\ndeleted: sha256:\(id)"), "\(pruned.both)")
      #expect(try davit(["image", "ls", "-q"]).out.isEmpty)
    }
  }

  @Test("An image is imported from an address, a file and a pipe, with what it says of itself")
  func imports() throws {
    try inSandbox { sandbox in
      let davit = "'\(Sandbox.binaries)/davit'"
      let made = try sandbox.shell(
        """
        set -e
        mkdir tree && echo hello >tree/greeting && tar -C tree -czf tree.tgz .
        python3 -m http.server -b 127.0.0.1 8000 >/dev/null 2>&1 & server=$!
        trap "kill $server" EXIT
        for i in $(seq 50); do curl -s 127.0.0.1:8000 >/dev/null && break; sleep 0.1; done
        \(davit) import -c 'CMD ["x"]' -c 'ENV A=b' --platform linux/s390x http://127.0.0.1:8000/tree.tgz web:1
        \(davit) import -m "by hand" tree.tgz file:1 && \(davit) import - <tree.tgz
        ! \(davit) import http://127.0.0.1:8000/none web:2
        """)
      #expect(made.status == 0 && made.err.contains("http://127.0.0.1:8000/none: status 404"), "\(made.both)")
      func inspect(_ name: String) throws -> String {
        try sandbox.davit("image", "inspect", "-f", "{{.Architecture}} {{.Config.Cmd}} {{.Comment}}", name).out.trimmed
      }
      #expect(try inspect("web:1") == "s390x [x] Imported from http://127.0.0.1:8000/tree.tgz")
      #expect(try inspect("file:1").hasSuffix("by hand"))
      #expect(try sandbox.davit("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").out.contains("<none>:<none>"))
      let history = try sandbox.davit("history", "--format", "{{.Comment}}|{{.Size}}", "-H=false", "file:1")
      #expect(history.out == "by hand|6\n", "\(history.both)")
      #expect(try sandbox.davit("image", "diff", "web:1", "file:1").out.contains("Architecture: \"s390x\" → "))
      #expect(try sandbox.davit("image", "diff", "--exit-code", "file:1", "busybox").status == 1)
    }
  }
}
