import Foundation
import Testing

extension EndToEnd {
  @Test("--dry-run says each thing that would be done, in docker compose's lines, and does nothing")
  func dryRun() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: sleep 1000, stop_signal: SIGKILL}
          b: {image: busybox, command: sleep 1000, stop_signal: SIGKILL, depends_on: [a]}
          c: {image: "127.0.0.1:1/made", build: {context: ., dockerfile_inline: "FROM busybox"}, profiles: [built]}
          far: {image: "127.0.0.1:1/nowhere", profiles: [far]}
        """)
      func rehearse(_ words: String..., says expected: String...) throws {
        let before = try state(sandbox)
        let result = try sandbox.run(["\(Sandbox.binaries)/davit", "compose", "--dry-run"] + words)
        #expect(result.status == 0, "\(words): \(result.both)")
        let lines = result.err.split(separator: "\n").map(String.init)
        for line in expected { #expect(lines.contains(" DRY-RUN MODE -  \(line)"), "\(words): \(result.both)") }
        #expect(try state(sandbox) == before, "\(words)")
      }
      try rehearse(
        "up", "-d", says: "Network project_default  Creating", "Container project-b-1  Created",
        "Container project-b-1  Started")
      try rehearse("create", says: "Container project-a-1  Created")
      try rehearse("run", "b", "true", says: "Container project-a-1  Started")
      try rehearse(
        "--profile", "built", "build", says: "Image 127.0.0.1:1/made  Building", "Image 127.0.0.1:1/made  Built")
      try rehearse(
        "--profile", "built", "up", "-d", "c", says: "Image 127.0.0.1:1/made  Built", "Container project-c-1  Started")
      try rehearse("pull", "far", says: "Image 127.0.0.1:1/nowhere  Pulling", "Image 127.0.0.1:1/nowhere  Pulled")
      try rehearse("--profile", "built", "push", "c", says: "Image 127.0.0.1:1/made  Pushed")
      #expect(try sandbox.davit("up", "-d").status == 0)
      try rehearse("stop", says: "Container project-b-1  Stopping", "Container project-a-1  Stopped")
      try rehearse("restart", "b", says: "Container project-b-1  Restarting", "Container project-b-1  Started")
      try rehearse("kill", says: "Container project-a-1  Killed")
      try rehearse("pause", "a", says: "Container project-a-1  Paused")
      try rehearse("rm", "-fs", "b", says: "Container project-b-1  Stopped", "Container project-b-1  Removed")
      try rehearse("scale", "b=2", says: "Container project-b-1  Running", "Container project-b-2  Started")
      try rehearse("up", "-d", "--force-recreate", says: "Container project-a-1  Recreated")
      try rehearse("exec", "a", "touch", "/x", says: "Container project-a-1  Executing touch /x")
      try rehearse(
        "cp", "compose.yaml", "a:/x", says: "project-a-1 copy compose.yaml to a:/x  Copying",
        "project-a-1 copy compose.yaml to a:/x  Copied")
      try rehearse("commit", "a", "made:1", says: "Container project-a-1  Committed")
      try rehearse("export", "-o", "all.tar", "a", says: "Container project-a-1  Exported")
      try rehearse("down", says: "Container project-b-1  Removed", "Network project_default  Removed")
      let attached = try sandbox.davit("compose", "--dry-run", "up")
      #expect(
        attached.status == 0
          && attached.out == "end of 'compose up' output, interactive run is not supported in dry-run mode\n")
      let json = try sandbox.davit("compose", "--dry-run", "--progress", "json", "stop", "a")
      #expect(
        json.err.hasPrefix(#"{"dry-run":true,"id":"Container project-a-1","status":"Working","text":"Stopping"}"#))
      #expect(try sandbox.davit("exec", "-T", "a", "test", "-e", "/x").status == 1)
    }
  }

  /// All that a rehearsal could change.
  private func state(_ sandbox: Sandbox) throws -> String {
    try sandbox.davit("ps", "-a", "--format", "{{.ID}} {{.Name}} {{.State}}").out
      + sandbox.davit("image", "ls", "-aq").out + sandbox.davit("network", "ls", "-q").out + sandbox.shell("ls").out
  }
}
