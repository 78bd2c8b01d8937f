import Foundation
import Testing

extension EndToEnd {
  private func project(_ sandbox: Sandbox) throws {
    try sandbox.compose(
      """
      services:
        web: {image: busybox, command: sleep 1000, init: true, stop_grace_period: 1s, deploy: {replicas: 2}}
        other: {image: busybox, command: sleep 1000, init: true, stop_grace_period: 1s}
      """)
    let up = try sandbox.davit("up", "-d")
    try #require(up.status == 0, "\(up.both)")
  }

  @Test("compose cp puts files into every replica and fetches them from the one that is named")
  func projectCopy() throws {
    try inSandbox { sandbox in
      try project(sandbox)
      try sandbox.write("file", "content\n")
      let sent = try sandbox.davit("compose", "cp", "file", "web:/tmp/here")
      #expect(sent.status == 0 && sent.err.contains("project-web-2 copy file to web:/tmp/here"), "\(sent.both)")
      for index in ["1", "2"] {
        #expect(try sandbox.davit("exec", "-T", "--index", index, "web", "cat", "/tmp/here").out == "content\n")
      }
      try sandbox.davit("exec", "-T", "--index", "2", "web", "sh", "-c", "echo second >/tmp/here")
      #expect(try sandbox.davit("cp", "--index", "2", "web:/tmp/here", "fetched").status == 0)
      #expect(try sandbox.shell("cat fetched").out == "second\n")
      let archive = try sandbox.shell("\(Sandbox.binaries)/davit cp web:/tmp/here - | tar -tf -")
      #expect(archive.out == "here\n", "\(archive.both)")
      let missing = try sandbox.davit("compose", "cp", "web:/nowhere", ".")
      #expect(missing.status == 1 && missing.err.contains("/nowhere"), "\(missing.both)")
      #expect(try sandbox.davit("compose", "cp", "a", "b").err.contains("unknown copy direction"))
    }
  }

  @Test("compose events, stats, commit and export are about the containers of a service")
  func projectLooks() throws {
    try inSandbox { sandbox in
      try project(sandbox)
      try sandbox.davit("restart", "-t", "0", "other")
      let events = try sandbox.davit("compose", "events", "--json", "--since", "1h", "--until", "0s", "other")
      let lines = events.out.split(separator: "\n")
      #expect(events.status == 0 && !lines.isEmpty, "\(events.both)")
      #expect(lines.allSatisfy { $0.contains("\"service\":\"other\"") && $0.contains("\"type\":\"container\"") })
      #expect(lines.contains { $0.contains("\"action\":\"start\"") } && !events.out.contains("com.docker.compose"))
      let plain = try sandbox.davit("compose", "events", "--since", "1h", "--until", "0s")
      #expect(plain.out.contains(" container start ") && plain.out.contains("project-web-1"), "\(plain.both)")
      let stats = try sandbox.davit("compose", "stats", "--no-stream", "--format", "{{.Name}}", "web")
      #expect(stats.out == "project-web-1\nproject-web-2\n", "\(stats.both)")
      try sandbox.davit("exec", "-T", "--index", "2", "web", "sh", "-c", "echo kept >/kept")
      let commit = try sandbox.davit(
        "compose", "commit", "--index", "2", "-m", "why", "-c", "ENV A=b", "web", "kept:1")
      #expect(commit.status == 0 && commit.out.hasPrefix("sha256:"), "\(commit.both)")
      let run = try sandbox.davit("run", "--rm", "-v", "/none", "other", "true")
      #expect(run.status == 0, "\(run.both)")
      #expect(
        try sandbox.davit("container", "run", "--rm", "--network", "none", "kept:1", "sh", "-c", "cat /kept; echo $A")
          .out == "kept\nb\n")
      let export = try sandbox.davit("compose", "export", "--index", "2", "-o", "all.tar", "web")
      #expect(export.status == 0, "\(export.both)")
      #expect(try sandbox.shell("tar -xOf all.tar kept").out == "kept\n")
      let none = try sandbox.davit("compose", "export", "--index", "3", "web")
      #expect(none.status == 1 && none.err.contains("#3"), "\(none.both)")
    }
  }
}
