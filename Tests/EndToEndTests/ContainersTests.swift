import Foundation
import Testing

extension EndToEnd {
  @Test("run ends as the program did, and with 125, 126 and 127 where there was none")
  func runStatus() throws {
    try inSandbox { sandbox in
      let killed = "sh -c 'kill -9 $$' & wait $!"
      let promised: [(words: [String], status: Int32)] = [
        (["busybox", "sh", "-c", "exit 7"], 7), (["busybox", "/etc"], 126), (["busybox", "nope"], 127),
        (["--pull", "never", "nope"], 125), (["--bogus", "busybox"], 125), (["busybox", "sh", "-c", killed], 137),
      ]
      for (words, status) in promised {
        let run = try sandbox.run(["\(Sandbox.binaries)/davit", "run", "--rm", "--network", "none"] + words)
        #expect(run.status == status, "\(words): \(run.both)")
      }
      #expect(try sandbox.davit("container", "ls", "-aq").out == "")
    }
  }

  @Test("A container of run --rm -d is gone when its program has ended, with its anonymous volumes")
  func automaticRemoval() throws {
    try inSandbox { sandbox in
      #expect(try sandbox.davit("run", "-d", "--rm", "-v", "/data", "busybox", "sleep", "0.2").status == 0)
      for _ in 0..<50 where try sandbox.davit("container", "ls", "-aq").out != "" { usleep(100_000) }
      #expect(try sandbox.davit("container", "ls", "-aq").out == "")
      #expect(try sandbox.davit("volume", "ls", "-q").out == "")
    }
  }

  @Test("Files are copied into a container and out of it with docker's rules for what is made where")
  func copying() throws {
    try inSandbox { sandbox in
      let script = """
        set -e
        mkdir -p tree/sub && echo one >tree/sub/file && echo two >single && ln -s /etc/passwd outside
        davit create --name c busybox sleep 100 >/dev/null
        for state in stopped running; do
          davit cp tree c:/tmp; davit cp tree c:/tmp/new; davit cp tree/. c:/tmp/into 2>/dev/null || true
          davit cp single c:/tmp/renamed; tar -c single | davit cp - c:/var
          davit cp c:/tmp/tree/sub/file out; test "$(cat out)" = one
          davit cp c:/tmp/new outdir; test "$(cat outdir/sub/file)" = one
          davit cp c:/var/single - | tar -xO | grep -q two
          davit cp c:/tmp/renamed .; test "$(cat renamed)" = two
          ! davit cp c:/nope . 2>/dev/null
          ! davit cp tree c:/tmp/renamed 2>/dev/null
          ! davit cp single c:/nope/x 2>/dev/null
          rm -rf out outdir renamed
          davit start c >/dev/null
        done
        davit diff c | grep -qx 'A /tmp/renamed'
        davit exec c rm /bin/yes
        davit diff c | grep -qx 'D /bin/yes'
        davit export c | tar -t | grep -qx tmp/new/sub/file
        davit rm -f c >/dev/null
        """
      let run = try sandbox.run(
        ["sh", "-c", script], environment: ["PATH": "\(Sandbox.binaries):/usr/sbin:/usr/bin:/sbin:/bin"])
      #expect(run.status == 0, "\(run.both)")
    }
  }

  @Test("A link that a container puts in the way leads a copy to nothing of the host's")
  func copyingThroughLinks() throws {
    try inSandbox { sandbox in
      let script = """
        set -e
        echo secret >"$PWD/host-file"; mkdir host-folder; echo mine >mine
        davit run -d --name c busybox sleep 100 >/dev/null
        davit exec c ln -s "$PWD/host-file" /tmp/file
        davit exec c ln -s "$PWD/host-folder" /tmp/folder
        davit exec c ln -s / /tmp/root
        # Followed inside of the container, where there is no such thing.
        ! davit cp -L c:/tmp/file got 2>/dev/null
        ! davit cp mine c:/tmp/folder/ 2>/dev/null
        davit cp mine c:/tmp/root/marked
        davit exec c test -e /marked
        test ! -e /marked && test -z "$(ls host-folder)" && test "$(cat host-file)" = secret
        # Swapped back and forth meanwhile: whatever comes of it, it happens in the container.
        davit exec -d c sh -c 'while :; do mkdir -p /tmp/x; rm -rf /tmp/x; ln -s '"$PWD/host-folder"' /tmp/x; rm -f /tmp/x; done'
        for i in 1 2 3 4 5 6 7 8 9 10; do davit cp mine c:/tmp/x/ 2>/dev/null || true; done
        test -z "$(ls host-folder)"
        davit rm -f c >/dev/null
        """
      let run = try sandbox.run(
        ["sh", "-c", script], environment: ["PATH": "\(Sandbox.binaries):/usr/sbin:/usr/bin:/sbin:/bin"])
      #expect(run.status == 0, "\(run.both)")
    }
  }

  @Test("Of a verb with two meanings the place where one stands decides")
  func verbMeaning() throws {
    try inSandbox { sandbox in
      #expect(
        try sandbox.davit("run", "-d", "--name", "alone", "busybox", "sh", "-c", "echo by hand; sleep 100").status == 0)
      try sandbox.compose("services: {web: {image: busybox, command: [sh, -c, \"echo of the project; sleep 100\"]}}")
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("logs", "--no-log-prefix", "web").out == "of the project\n")
      #expect(try sandbox.davit("logs", "alone").out == "by hand\n")
      let project = try sandbox.davit("ps", "--format", "{{.Names}}").out
      #expect(project.contains("web-1") && !project.contains("alone"), "\(project)")
      let elsewhere = try sandbox.davit("ps", "--format", "{{.Names}}", directory: "/").out
      #expect(elsewhere.contains("web-1") && elsewhere.contains("alone"), "\(elsewhere)")
      #expect(try sandbox.davit("container", "ls", "-q").out.split(separator: "\n").count == 2)
      #expect(try sandbox.davit("run", "--rm", "busybox", "echo", "an image").out == "an image\n")
      #expect(try sandbox.davit("exec", "alone", "echo", "in").out == "in\n")
      #expect(try sandbox.davit("stop", "-t", "0", "alone").out == "alone\n")
      #expect(try sandbox.davit("rm", "-f", "alone").status == 0)
    }
  }

  @Test("events tells what happened, to containers, networks and volumes, and follows")
  func events() throws {
    try inSandbox { sandbox in
      let script = """
        set -e
        davit network create n >/dev/null; davit volume create v >/dev/null
        (timeout 20 davit events --since 1m --filter container=c --format '{{.Type}} {{.Action}}' >followed || true) &
        davit run --name c --network n -v v:/v --label tier=front --health-cmd true --health-interval 50ms busybox sh -c 'sleep 0.4; exit 3' || test $? = 3
        davit rename c d; davit rm d >/dev/null; davit network rm n >/dev/null
        davit events --since 1m --until 0s
        sleep 0.2; kill $(jobs -p) 2>/dev/null || true
        grep -q 'container die' followed
        """
      let run = try sandbox.run(
        ["sh", "-c", script], environment: ["PATH": "\(Sandbox.binaries):/usr/sbin:/usr/bin:/sbin:/bin"])
      #expect(run.status == 0, "\(run.both)")
      var rest = run.out[...]
      for words in [
        "network create", "volume create v", "container create", "container attach", "network connect",
        "container start", "container health_status: healthy", "container die", "network disconnect",
        "container rename", "container destroy", "network destroy",
      ] {
        let found = rest.range(of: words)
        #expect(found != nil, "\(words) is missing or comes too early: \(run.out)")
        if let found { rest = rest[found.upperBound...] }
      }
      #expect(run.out.contains("exitCode=3, image=busybox, name=c, tier=front"), "\(run.out)")
    }
  }

  @Test("A terminal is left with the detach keys, and what ran goes on")
  func detaching() throws {
    try inSandbox { sandbox in
      let script = """
        import os, pty, subprocess, sys, time
        def typed(words, keys):
            pid, terminal = pty.fork()
            if pid == 0: os.execvp("davit", ["davit"] + words)
            time.sleep(0.7)
            os.write(terminal, keys)
            try:
                while os.read(terminal, 4096): pass
            except OSError: pass
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert typed(["run", "-it", "--name", "c", "busybox", "sh"], b"\\x10\\x11") == 0
        assert typed(["exec", "-it", "--detach-keys", "ctrl-x", "c", "sh", "-c", "sleep 1; touch /went-on"], b"\\x18") == 0
        time.sleep(1.2)
        assert subprocess.run(["davit", "exec", "c", "test", "-e", "/went-on"]).returncode == 0
        assert typed(["attach", "c"], b"exit 5\\n") == 5
        subprocess.run(["davit", "rm", "c"])
        """
      let run = try sandbox.run(
        ["python3", "-c", script], environment: ["PATH": "\(Sandbox.binaries):/usr/sbin:/usr/bin:/sbin:/bin"])
      #expect(run.status == 0, "\(run.both)")
    }
  }
}
