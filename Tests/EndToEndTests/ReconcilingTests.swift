import Foundation
import Testing

extension EndToEnd {
  @Test("Only what changed is recreated, the plan says why, and labels change in place")
  func minimalChange() throws {
    try inSandbox { sandbox in
      func file(level: String, label: String) -> String {
        """
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, environment: {LOG_LEVEL: \(level)}}
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, labels: {tier: \(label)}}
        """
      }
      try sandbox.compose(file(level: "info", label: "one"))
      #expect(try sandbox.davit("up", "-d").status == 0)
      let (a, b) = (try sandbox.davit("ps", "-q", "a").out, try sandbox.davit("ps", "-q", "b").out)
      try sandbox.compose(file(level: "debug", label: "two"))
      let plan = try sandbox.davit("plan")
      #expect(plan.status == 2)
      #expect(plan.out.contains("environment.LOG_LEVEL: \"info\" → \"debug\""), "\(plan.both)")
      #expect(try sandbox.davit("up", "-d", "--dry-run").status == 0)
      #expect(try sandbox.davit("ps", "-q", "a").out == a)
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("ps", "-q", "a").out != a)
      #expect(try sandbox.davit("ps", "-q", "b").out == b)
      #expect(try sandbox.davit("inspect", "project-b-1").out.contains("\"tier\": \"two\""))
      #expect(try sandbox.davit("plan").status == 0)
    }
  }

  @Test("Scaling adds and removes replicas and leaves the others alone; orphans go only when asked")
  func scaleAndOrphans() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        """)
      #expect(try sandbox.davit("up", "-d", "--scale", "a=3").status == 0)
      let three = Set(try sandbox.davit("ps", "-q", "a").out.split(separator: "\n"))
      #expect(three.count == 3)
      #expect(try sandbox.davit("up", "-d", "--scale", "a=2").status == 0)
      let two = Set(try sandbox.davit("ps", "-q", "a").out.split(separator: "\n"))
      #expect(two.count == 2 && two.isSubset(of: three))
      try sandbox.compose("services: {a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}}")
      let up = try sandbox.davit("up", "-d")
      #expect(up.err.contains("orphan"), "\(up.both)")
      #expect(try sandbox.davit("ps", "-aq").out.split(separator: "\n").count == 2)
      #expect(try sandbox.davit("up", "-d", "--remove-orphans").status == 0)
      #expect(try sandbox.davit("ls", "-a").out.contains("running(1)"))
    }
  }

  @Test("kill -9 at any point of up, then up again: converged, nothing leaked")
  func killedUp() throws {
    try inSandbox { sandbox in
      let services = (0..<8).map {
        "  s\($0): {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, ports: [\"90\($0)0:80\"], volumes: [\"vol\($0):/data\"]}"
      }
      let volumes = (0..<8).map { "  vol\($0): {}" }
      try sandbox.compose(
        "services:\n\(services.joined(separator: "\n"))\nvolumes:\n\(volumes.joined(separator: "\n"))\n")
      for delay in [0.004, 0.008, 0.015, 0.025, 0.04, 0.06, 0.08] {
        let up = try sandbox.start(["\(Sandbox.binaries)/davit", "up", "-d"])
        Thread.sleep(forTimeInterval: delay)
        _ = try sandbox.shell(
          "pkill -KILL -P \(up.process.processIdentifier); kill -KILL \(up.process.processIdentifier) 2>/dev/null; true"
        )
        kill(up.process.processIdentifier, SIGKILL)
        up.process.waitUntilExit()
        let again = try sandbox.davit("up", "-d")
        #expect(again.status == 0, "after \(delay) s: \(again.both)")
        #expect(try sandbox.davit("ps", "-q").out.split(separator: "\n").count == 8)
        #expect(try sandbox.davit("plan").status == 0)
        let doctor = try sandbox.davit("doctor")
        #expect(doctor.status == 0, "\(doctor.both)")
        #expect(try sandbox.davit("down", "-v", "-t", "0").status == 0)
        // A veth pair of a container that was killed goes when the kernel takes its namespace apart: a little later.
        try eventually("no link is left after \(delay) s") {
          try sandbox.shell("ip -o link | grep -vc ' lo:'").out.trimmed == "0"
        }
        #expect(
          try sandbox.shell(
            "ls \(sandbox.folder)/root/containers \(sandbox.folder)/root/volumes \(sandbox.folder)/root/networks | grep -v :"
          ).out.trimmed.isEmpty)
      }
    }
  }

  @Test("A killed shim takes its container along, and the next up brings it back")
  func killedShim() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        "services: {a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, ports: [\"8080:80\"]}}")
      #expect(try sandbox.davit("up", "-d").status == 0)
      let pids = try sandbox.shell(
        "grep -lsa \(sandbox.name) /proc/[0-9]*/environ /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -u")
      for pid in pids.out.split(separator: "\n") {
        if try sandbox.shell("cat /proc/\(pid)/comm").out.trimmed == "davit-shim" { kill(Int32(pid)!, SIGKILL) }
      }
      try sandbox.shell("pkill -KILL davit-shim --ns \(sandbox.pid) --nslist net; sleep 0.2")
      #expect(try sandbox.davit("ps", "-q").out.isEmpty)
      let plan = try sandbox.davit("plan")
      #expect(plan.status == 2 && plan.out.contains("project-a-1"), "\(plan.both)")
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0, "\(up.both)")
      #expect(try sandbox.davit("exec", "-T", "a", "true").status == 0)
    }
  }

  @Test("Two ups at once on one project: the second waits and says so")
  func twoUps() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          slow:
            image: busybox
            command: [sh, -c, "sleep 1; touch /tmp/ok; exec sleep infinity"]
            stop_signal: SIGKILL
            healthcheck: {test: [CMD, test, -e, /tmp/ok], interval: 5s, start_period: 10s, start_interval: 100ms}
          after: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, depends_on: {slow: {condition: service_healthy}}}
        """)
      let first = try sandbox.start(["\(Sandbox.binaries)/davit", "up", "-d"])
      Thread.sleep(forTimeInterval: 0.3)
      let second = try sandbox.davit("up", "-d")
      first.process.waitUntilExit()
      #expect(first.process.terminationStatus == 0 && second.status == 0, "\(second.both)")
      #expect(second.err.contains("waiting"), "\(second.both)")
      #expect(try sandbox.davit("ps", "-q").out.split(separator: "\n").count == 2)
    }
  }

  @Test("A failed change stops what depends on it, the rest goes on, and the report says so")
  func partialFailure() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          bad: {image: busybox, command: [no-such-program]}
          needs: {image: busybox, command: [sleep, infinity], depends_on: [bad]}
          fine: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        """)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status != 0)
      #expect(up.err.contains("no-such-program"), "\(up.both)")
      #expect(try sandbox.davit("ps", "--services").out.trimmed == "fine")
    }
  }

  @Test("A converged up makes not one system call that writes")
  func convergedWritesNothing() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, ports: ["8080:80"], volumes: ["data:/v"]}
          b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
        volumes: {data: {}}
        """)
      #expect(try sandbox.davit("up", "-d").status == 0)
      let trace = try sandbox.shell(
        "strace -f -qq -o trace -e trace=unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,mount,umount2,clone3,fork,vfork,execve,openat,open,creat,fsync,fdatasync,ftruncate,sendto,sendmsg \(Sandbox.binaries)/davit up -d; grep -E '(unlink|rename|mkdir|link|mount|fork|fsync|fdatasync|ftruncate|creat|sendto|sendmsg)|O_WRONLY|O_RDWR|O_CREAT' trace | grep -v -e /dev/null -e readlink -e CLONE_THREAD -e nlmsg_flags=NLM_F_REQUEST, || true"
      )
      #expect(trace.out.trimmed.isEmpty, "\(trace.both)")
    }
  }
}
