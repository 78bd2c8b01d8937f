import Foundation
import Testing

extension EndToEnd {
  @Test(
    "Containers, networks and volumes have docker compose's labels; a change of what they only record touches nothing")
  func projectLabels() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          db: {image: busybox, command: [sleep, infinity], stop_signal: SIGKILL}
          web:
            image: busybox
            command: [sleep, infinity]
            stop_signal: SIGKILL
            depends_on: {db: {condition: service_started, restart: true}}
            volumes: ["data:/data"]
            labels: {mine: "1"}
        volumes: {data: {}}
        """)
      let variables = try sandbox.write("own.env", "A=1\n")
      let up = try sandbox.davit("--env-file", variables, "up", "-d")
      #expect(up.status == 0, "\(up.both)")
      func labels(_ words: String...) throws -> [String: String] {
        let out = try sandbox.run(["\(Sandbox.binaries)/davit"] + words).out
        return try JSONDecoder().decode([String: String].self, from: Data(out.utf8))
      }
      func own(_ labels: [String: String]) -> [String: String] {
        let prefix = "com.docker.compose."
        let kept = labels.filter { $0.key.hasPrefix(prefix) }
        return Dictionary(uniqueKeysWithValues: kept.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
      }
      let version = try sandbox.davit("version", "--short").out.trimmed
      let hashes = try sandbox.davit("--env-file", variables, "config", "--hash", "*").out.split(separator: "\n")
      let all = try labels("inspect", "project-web-1", "--format", "{{json .Config.Labels}}")
      #expect(all["mine"] == "1")
      var web = own(all)
      #expect(web.removeValue(forKey: "image")?.hasPrefix("sha256:") == true)
      #expect(
        web == [
          "project": "project", "service": "web", "container-number": "1", "oneoff": "False", "version": version,
          "depends_on": "db:service_started:true", "project.working_dir": "\(sandbox.folder)/project",
          "project.config_files": "\(sandbox.folder)/project/compose.yaml", "project.environment_file": variables,
          "config-hash": String(try #require(hashes.first { $0.hasPrefix("web ") }).dropFirst(4)),
        ])
      let network = own(try labels("network", "inspect", "project_default", "--format", "{{json .Labels}}"))
      #expect(network["network"] == "default" && network["project"] == "project" && network["version"] == version)
      let volume = own(try labels("volume", "inspect", "project_data", "--format", "{{json .Labels}}"))
      #expect(volume["volume"] == "data" && volume["project"] == "project" && volume["config-hash"]?.count == 64)
      let found = try sandbox.davit(
        "container", "ls", "-q", "--no-trunc", "--filter", "label=com.docker.compose.service=web",
        "--filter", "label=com.docker.compose.oneoff=False")
      #expect(try sandbox.davit("ps", "-q", "--no-trunc", "web").out == found.out)

      // Without the file of variables only what is recorded differs: nothing is made anew.
      let before = try sandbox.davit("ps", "-q", "--no-trunc").out
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("ps", "-q", "--no-trunc").out == before)

      let run = try sandbox.davit("run", "-d", "-l", "mine=2", "db", "sleep", "100")
      let one = try labels("inspect", run.out.trimmed, "--format", "{{json .Config.Labels}}")
      #expect(one["mine"] == "2" && own(one)["oneoff"] == "True" && own(one)["slug"]?.count == 64)
      let name = try sandbox.davit("inspect", run.out.trimmed, "--format", "{{.Name}}").out.trimmed
      #expect(name == "/project-db-run-\(own(one)["slug"]!.prefix(12))")
      // Told apart from the service's own, so it is removed by what removes orphans only.
      #expect(try sandbox.davit("down", "-t", "0", "--remove-orphans").status == 0)
      #expect(try sandbox.davit("container", "ls", "-aq").out.isEmpty)
    }
  }

  @Test("run runs post_start beside the program, and says what a hook printed that failed")
  func hooksOfOneOffs() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a:
            image: busybox
            command: sh -c 'until [ -e /tmp/hooked ]; do sleep 0.05; done; echo saw the hook'
            post_start: [{command: [sh, -c, "echo not shown; touch /tmp/hooked"]}]
          b:
            image: busybox
            command: [sleep, "1"]
            post_start: [{command: [sh, -c, "echo because; exit 3"]}]
        """)
      let good = try sandbox.davit("run", "--rm", "-T", "a")
      #expect(good.status == 0 && good.out == "saw the hook\n", "\(good.both)")
      let bad = try sandbox.davit("run", "--rm", "-T", "b")
      #expect(bad.status == 1 && bad.err.contains("post_start[0] exited with status 3"), "\(bad.both)")
      #expect(bad.err.contains("because"))
      let short = try sandbox.davit("run", "--rm", "-T", "a", "true")
      #expect(short.status == 0, "\(short.both)")
    }
  }
}
