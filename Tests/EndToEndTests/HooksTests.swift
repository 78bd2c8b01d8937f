import Testing

extension EndToEnd {
  @Test("pre_start, post_start and pre_stop run where, when and as whom the file says")
  func hooks() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          db: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          web:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            environment: {A: one, B: two}
            depends_on: [db]
            scale: 2
            volumes: ["data:/data"]
            secrets: [token]
            pre_start:
              - command: sh -c 'echo "once $$A $$B $$(cat /run/secrets/token)" >>/data/log; nslookup db >/dev/null && echo db >>/data/log'
                environment: {B: three}
              - {command: [sh, -c, "echo each >>/data/log; chmod 666 /data/log"], per_replica: true}
            post_start:
              - {command: sh -c 'echo "post $$(id -un) $$PWD" >>/data/log', user: app, working_dir: /var/data}
            pre_stop: [{command: [sh, -c, "echo stop >>/data/log"]}]
          reader: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, volumes: ["data:/data"]}
        volumes: {data: {}}
        secrets: {token: {environment: TOKEN}}
        """)
      let token = ["TOKEN": "s3cret"]
      let up = try sandbox.davit("up", "-d", environment: token)
      #expect(up.status == 0, "\(up.both)")
      func log() throws -> [String] {
        let lines = try sandbox.davit("exec", "-T", "reader", "cat", "/data/log", environment: token).out
        #expect(try sandbox.davit("exec", "-T", "reader", "sh", "-c", ": >/data/log", environment: token).status == 0)
        return lines.split(separator: "\n").map(String.init)
      }
      let first = try log()
      #expect(first.first == "once one three s3cret" && first.dropFirst().first == "db", "\(first)")
      #expect(first.filter { $0 == "each" }.count == 2)
      #expect(first.filter { $0 == "post app /var/data" }.count == 2)
      #expect(try !sandbox.davit("ps", "-aq", "--format", "{{.Name}}", environment: token).out.contains("pre_start"))

      _ = try sandbox.davit("up", "-d", environment: token)
      #expect(try log().isEmpty)
      _ = try sandbox.davit("restart", "web", environment: token)
      let restarted = try log()
      #expect(restarted.sorted() == ["post app /var/data", "post app /var/data", "stop", "stop"], "\(restarted)")
      _ = try sandbox.davit("up", "-d", "--force-recreate", "web", environment: token)
      let recreated = try log()
      #expect(recreated.filter { $0.hasPrefix("once") }.count == 1, "\(recreated)")
      #expect(recreated.filter { $0 == "stop" }.count == 2)
    }
  }

  @Test("A hook that fails is told with what it said last; nothing that depends on it starts, and up tries again")
  func failingHooks() throws {
    try inSandbox { sandbox in
      func compose(_ status: Int) throws {
        try sandbox.compose(
          """
          services:
            a:
              image: busybox
              command: [sleep, infinity]
              stop_signal: SIGKILL
              pre_start: [{command: [sh, -c, "echo no table >&2; exit \(status)"]}]
              post_start: [{command: [sh, -c, "echo not warm; exit \(status)"]}]
            b: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL, depends_on: [a]}
          """)
      }
      try compose(3)
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 1)
      #expect(up.err.contains("pre_start[0] exited with status 3") && up.err.contains("| no table"), "\(up.err)")
      let states = try sandbox.davit("ps", "-a", "--format", "{{.Name}} {{.State}}").out
      for line in ["project-a-1 created", "project-b-1 created", "project-a-1-pre_start-0 exited"] {
        #expect(states.contains(line), "\(states)")
      }
      try compose(0)
      let again = try sandbox.davit("up", "-d")
      #expect(again.status == 0, "\(again.both)")
      #expect(try sandbox.davit("ps", "--format", "{{.Name}}").out.contains("project-b-1"))
      #expect(try sandbox.davit("down").status == 0)
    }
  }
}
