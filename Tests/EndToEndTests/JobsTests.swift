import Foundation
import Testing

extension EndToEnd {
  @Test("A job runs to its end with its own words, is tried again, ended in time, and remembered")
  func jobs() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          db:
            image: busybox
            command: sleep infinity
            init: true
            stop_grace_period: 1s
            environment: {FROM: service}
            volumes: ["data:/data"]
        volumes: {data: {}}
        x-davit-jobs:
          backup:
            service: db
            command: [sh, -c, "echo $$FROM $$MORE >/data/backup; cat /data/backup"]
            environment: [MORE=job]
            schedule: "@daily"
          flaky:
            service: db
            command: [sh, -c, "echo x >>/data/tries; [ $$(wc -l </data/tries) = 3 ]"]
            retries: 3
          slow: {image: busybox, command: sleep 30, init: true, timeout: 500ms, stop_grace_period: 1s}
        """)
      let backup = try sandbox.davit("run-job", "backup")
      #expect(backup.status == 0 && backup.out == "service job\n", "\(backup.both)")
      let flaky = try sandbox.davit("run-job", "flaky")
      #expect(flaky.status == 0 && flaky.err.contains("trying again (2 of 3)"), "\(flaky.both)")
      let slow = try sandbox.davit("run-job", "slow")
      #expect(slow.status == 124 && slow.err.contains("its time was over"), "\(slow.both)")
      // Nothing of them stays, and up does not know them.
      #expect(try sandbox.davit("ps", "-aq").out.isEmpty)
      #expect(try sandbox.davit("config", "--services").out == "db\n")
      let list = try sandbox.davit("jobs", "--format", "{{.Name}} {{.ExitCode}} {{.Schedule}}")
      #expect(list.out == "backup 0 @daily\nflaky 0 \nslow 124 \n", "\(list.both)")
      let wrong = try sandbox.davit("run-job", "bakcup")
      #expect(wrong.status == 1 && wrong.err.contains("did you mean backup?"), "\(wrong.both)")
      try sandbox.davit("down", "-v")
    }
  }

  @Test("schedule runs jobs when they are due, leaves out what still runs, and ends its jobs with itself")
  func schedule() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services: {}
        x-davit-jobs:
          tick: {image: busybox, command: echo tick, schedule: "@every 1s"}
          long: {image: busybox, command: sleep 60, init: true, schedule: "@every 1s", stop_grace_period: 1s}
        """)
      let running = try sandbox.start(["\(Sandbox.binaries)/davit", "schedule"])
      usleep(4_500_000)
      kill(running.process.processIdentifier, SIGINT)
      let pid = try sandbox.shell("pgrep -f 'davit schedule' | head -1").out.trimmed
      if let pid = Int32(pid) { kill(pid, SIGINT) }
      let out = String(decoding: running.out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let err = String(decoding: running.err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      running.process.waitUntilExit()
      #expect(out.contains("tick"), "\(out)\(err)")
      #expect(err.contains("tick ended with 0") && err.contains("long still runs: left out"), "\(err)")
      #expect(try sandbox.davit("container", "ls", "-aq").out.trimmed.isEmpty)
      try sandbox.davit("down")
    }
  }
}
