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

  @Test(
    "schedule runs jobs when they are due, leaves out what still runs, follows the file, and ends its jobs with itself")
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
      let (output, told) = (Collected(running.out), Collected(running.err))
      try told.wait(for: "long still runs: left out")
      try told.wait(for: "tick ended with 0")
      // A file that cannot be read changes nothing; one that can is heeded from then on.
      try sandbox.compose("services: {}\nx-davit-jobs: {tick: {image: busybox, schedule: every day}}\n")
      try told.wait(for: "the schedules stay as they were")
      try sandbox.compose(
        """
        services: {}
        x-davit-jobs:
          tock: {image: busybox, command: echo tock, schedule: "@every 1s"}
        """)
      try told.wait(for: "the schedules were read again: tock")
      try told.wait(for: "tock ended with 0")
      kill(running.process.processIdentifier, SIGINT)
      let pid = try sandbox.shell("pgrep -f 'davit schedule' | head -1").out.trimmed
      if let pid = Int32(pid) { kill(pid, SIGINT) }
      running.process.waitUntilExit()
      #expect(output.text.contains("tick") && output.text.contains("tock"), "\(output.text)\(told.text)")
      #expect(try sandbox.davit("container", "ls", "-aq").out.trimmed.isEmpty)
      try sandbox.davit("down")
    }
  }
}
