import Foundation
import Testing

extension EndToEnd {
  @Test("watch syncs, restarts, runs programs and rebuilds when files change, and leaves out what is to be ignored")
  func watching() throws {
    try inSandbox { sandbox in
      try sandbox.write("src/one", "one\n")
      try sandbox.write("src/skip/never", "no\n")
      try sandbox.write("app/page", "first\n")
      try sandbox.write("app/.dockerignore", "notes\n")
      try sandbox.write("conf", "old\n")
      try sandbox.write("boot/x", "x\n")
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            develop:
              watch:
                - {path: ./src, target: /x, action: sync, initial_sync: true, ignore: [skip/]}
                - {path: ./conf, target: /etc/conf, action: sync+exec, exec: {command: "sh -c 'echo reload $$(cat /etc/conf)'"}}
                - {path: ./boot, target: /boot, action: sync+restart}
          b:
            build: {context: ./app, dockerfile_inline: "FROM busybox\\nCOPY . /app\\n"}
            command: [sleep, infinity]
            stop_signal: SIGKILL
            develop: {watch: [{path: ./app, action: rebuild}]}
        """)
      let watch = try sandbox.start(["\(Sandbox.binaries)/davit", "watch"])
      let output = Collected(watch.out)
      try output.wait(for: "Watch enabled")
      func inside(_ service: String, _ script: String) throws -> String {
        try sandbox.davit("exec", "-T", service, "sh", "-c", script).out
      }
      #expect(try inside("a", "cat /x/one") == "one\n", "initial_sync")
      try sandbox.shell(
        "echo two >src/two; mkdir -p src/deep/er; echo three >src/deep/er/three; echo no >src/skip/f; chmod 750 src/one"
      )
      try output.wait(for: "Syncing service \"a\"")
      try eventually { try inside("a", "cat /x/two /x/deep/er/three; stat -c %a /x/one") == "two\nthree\n750\n" }
      try sandbox.shell("rm -r src/deep src/two; echo new >conf")
      try output.wait(for: "a-1 -> reload new")
      try eventually { try inside("a", "find /x | sort") == "/x\n/x/one\n" }
      let before = try sandbox.davit("ps", "--format", "{{.ID}}", "b").out
      let image = try sandbox.davit("image", "ls", "-q").out
      try sandbox.shell("echo y >boot/y")
      try output.wait(for: "service(s) [\"a\"] restarted")
      #expect(try inside("a", "cat /boot/y") == "y\n")
      try sandbox.shell("echo no >app/notes; sleep 0.4; echo second >app/page")
      try output.wait(for: "service(s) [\"b\"] successfully built")
      try eventually { try inside("b", "cat /app/page") == "second\n" }
      try eventually { try sandbox.davit("ps", "--format", "{{.ID}}", "b").out != before }
      // The image that lost its name is gone.
      try eventually {
        let now = try sandbox.davit("image", "ls", "-aq").out
        return now != image && now.split(separator: "\n").count == image.split(separator: "\n").count
      }
      kill(watch.process.processIdentifier, SIGINT)
      watch.process.waitUntilExit()
      #expect(output.text.components(separatedBy: "Rebuilding").count == 2, "\(output.text)")
      #expect(output.text.hasSuffix("Watch disabled\n"))
    }
  }

  @Test("up --watch shows logs and watches; where nothing is to be watched it says so")
  func upWatch() throws {
    try inSandbox { sandbox in
      try sandbox.write("src/one", "one\n")
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: [sh, -c, "echo up; sleep infinity"]
            stop_signal: SIGKILL
            develop: {watch: [{path: ./src, target: /x, action: sync}]}
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        """)
      let nothing = try sandbox.davit("watch", "--no-up", "b")
      #expect(nothing.status == 1 && nothing.err.contains("none of the selected services is configured for watch"))
      #expect(try sandbox.davit("up", "-d", "--watch").status == 1)
      let up = try sandbox.start(["\(Sandbox.binaries)/davit", "up", "--watch"])
      let output = Collected(up.out)
      try output.wait(for: "Watch enabled")
      try output.wait(for: "a-1  | up")
      try sandbox.shell("echo two >src/two")
      try output.wait(for: "Syncing service \"a\" after 1 changes")
      try eventually { try sandbox.davit("exec", "-T", "a", "cat", "/x/two").out == "two\n" }
      kill(up.process.processIdentifier, SIGINT)
      up.process.waitUntilExit()
      #expect(up.process.terminationStatus == 130)
      #expect(try sandbox.davit("ps", "-q").out.isEmpty)
    }
  }
}

/// What a running program has printed so far.
final class Collected: @unchecked Sendable {
  private let lock = NSLock()
  private var data = Data()

  init(_ pipe: Pipe) {
    Thread { [self] in
      while case let bytes = pipe.fileHandleForReading.availableData, !bytes.isEmpty {
        lock.withLock { data += bytes }
      }
    }.start()
  }

  var text: String { lock.withLock { String(decoding: data, as: UTF8.self) } }

  func wait(for words: String) throws {
    for _ in 0..<200 {
      if text.contains(words) { return }
      usleep(100_000)
    }
    Issue.record("never said: \(words); it said:\n\(text)")
  }
}
