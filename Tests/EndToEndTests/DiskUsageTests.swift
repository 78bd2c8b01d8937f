import Foundation
import Testing

extension EndToEnd {
  @Test("system df tells what everything takes, and system prune frees what it calls reclaimable")
  func diskUsage() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          web: {image: busybox, command: "sh -c 'head -c 3000 /dev/zero >/x; exec sleep 60'", init: true, volumes: ["data:/d"]}
          once: {image: busybox, command: "sh -c 'head -c 5000 /dev/zero >/x'"}
        volumes: {data: {}}
        """)
      #expect(try sandbox.davit("up", "-d", "--wait").status == 0)
      #expect(try sandbox.davit("wait", "once").status == 0)
      try sandbox.davit("volume", "create", "lone")
      let summary = try sandbox.davit(
        "system", "df", "--format", "{{.Type}}|{{.TotalCount}}|{{.Active}}|{{.Size}}|{{.Reclaimable}}")
      let lines = summary.out.split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
      #expect(lines.map(\.first) == ["Images", "Containers", "Local Volumes", "Build Cache"], "\(summary.both)")
      #expect(lines[0][1...2] == ["1", "1"] && lines[0][4] == "0B (0%)")
      #expect(lines[1][1...] == ["2", "1", "8kB", "5kB (62%)"])
      #expect(lines[2][1...2] == ["2", "1"])

      let asked = try sandbox.davit("system", "prune", input: "n\n")
      #expect(asked.out.contains("  - all dangling images\n") && asked.out.hasSuffix("[y/N] "), "\(asked.both)")
      let kept = try sandbox.davit("system", "prune", "-f", "--filter", "label=no.such")
      #expect(kept.out == "Total reclaimed space: 0B\n", "\(kept.both)")
      let pruned = try sandbox.davit("system", "prune", "-f")
      #expect(
        pruned.out.contains("Deleted Containers:\n") && pruned.out.hasSuffix("Total reclaimed space: 5kB\n"),
        "\(pruned.both)")
      #expect(try sandbox.davit("ps", "-q").out.split(separator: "\n").count == 1)

      try sandbox.davit("down", "-t", "0")
      let all = try sandbox.davit("system", "prune", "-a", "-f", "--volumes")
      #expect(all.out.contains("untagged: busybox:latest"), "\(all.both)")
      #expect(try sandbox.davit("image", "ls", "-q").out.isEmpty)
      // Volumes with a name are nobody's garbage.
      #expect(try sandbox.davit("volume", "ls", "-q").out.contains("lone"))
      #expect(try sandbox.davit("system", "df", "-v").out.contains("Images space usage:"))
    }
  }
}
