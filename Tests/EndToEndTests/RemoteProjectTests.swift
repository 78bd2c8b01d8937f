import Foundation
import Testing

extension EndToEnd {
  private static let agreeing = [
    "COMPOSE_EXPERIMENTAL_GIT_REMOTE": "1", "COMPOSE_EXPERIMENTAL_OCI_REMOTE": "1",
  ]

  /// A repository in `repository` beside the project.
  private func makeRepository(_ sandbox: Sandbox) throws -> String {
    let made = try sandbox.shell(
      """
      set -e; mkdir -p ../repository/deploy; cd ../repository; git init -q -b main .
      git config user.name a; git config user.email a@b
      echo 'include: [../more.yaml]\nservices: {web: {image: "busybox", extends: {file: base.yaml, service: b}}}' >deploy/compose.yaml
      echo 'services: {b: {image: x, labels: {from: base}}}' >deploy/base.yaml
      echo 'services: {more: {image: busybox}}' >more.yaml
      echo 'include: [../../../../../../../../../etc/hostname]' >escape.yaml
      ln -s /etc/passwd link.yaml
      echo 'services: {a: {image: busybox, env_file: ../../../../../../../../etc/passwd}}' >env.yaml
      echo 'services: {a: {image: busybox, label_file: link.yaml}}' >label.yaml
      git add .; git commit -qm one; git tag v1
      """)
    try #require(made.status == 0, "\(made.both)")
    return "file://\(sandbox.folder)/repository"
  }

  @Test("A remote compose file is fetched when somebody agreed to it, and once for each revision")
  func gitProject() throws {
    try inSandbox { sandbox in
      let address = try makeRepository(sandbox)
      let refused = try sandbox.davit("-f", "\(address)#v1:deploy", "config")
      #expect(refused.status == 1 && refused.err.contains("COMPOSE_EXPERIMENTAL_GIT_REMOTE=1"), "\(refused.both)")
      // A file of the project cannot agree in the person's place.
      try sandbox.write(".env", "COMPOSE_EXPERIMENTAL_GIT_REMOTE=1\n")
      #expect(try sandbox.davit("-f", "\(address)#v1:deploy", "config").status == 1)
      let cache = "\(sandbox.folder)/home/.cache/davit"
      #expect(!FileManager.default.fileExists(atPath: cache))
      let config = try sandbox.davit("-f", "\(address)#v1:deploy", "config", environment: Self.agreeing)
      #expect(config.status == 0 && config.out.contains("from: base") && config.out.contains("more:"), "\(config.both)")
      // The same commit is not asked of the repository again.
      try sandbox.shell("mv ../repository/.git/objects ../repository/.git/hidden && mkdir ../repository/.git/objects")
      let commit = try FileManager.default.contentsOfDirectory(
        atPath: "\(cache)/git/" + FileManager.default.contentsOfDirectory(atPath: "\(cache)/git")[0])[0]
      let again = try sandbox.davit("-f", "\(address)#\(commit):deploy", "config", "-q", environment: Self.agreeing)
      #expect(again.status == 0, "\(again.both)")
      let off = try sandbox.davit(
        "-f", "\(address)#v1:deploy", "config", environment: ["COMPOSE_EXPERIMENTAL_GIT_REMOTE": "false"])
      #expect(off.status == 1 && off.err.contains("switched off"), "\(off.both)")
    }
  }

  @Test("A remote compose file runs, is included and extended, and leads to nothing that did not come with it")
  func gitInclusion() throws {
    try inSandbox { sandbox in
      let address = try makeRepository(sandbox)
      try sandbox.compose(
        """
        include: ["\(address)#main:deploy"]
        services:
          own:
            extends: {file: "\(address)#main:deploy/base.yaml", service: b}
            image: busybox
            command: "true"
        """)
      let up = try sandbox.davit("run", "--rm", "own", "echo", "ran", environment: Self.agreeing)
      #expect(up.status == 0 && up.out == "ran\n", "\(up.both)")
      let services = try sandbox.davit("config", "--services", environment: Self.agreeing)
      #expect(services.out == "more\nown\nweb\n", "\(services.both)")
      for name in ["escape.yaml", "link.yaml", "env.yaml", "label.yaml", "../x"] {
        let result = try sandbox.davit("-f", "\(address)#main:\(name)", "config", environment: Self.agreeing)
        #expect(result.status == 1 && result.err.contains("leads out of"), "\(name): \(result.both)")
        #expect(!result.both.contains("root:"))
      }
      try sandbox.davit("-p", "project", "down")
    }
  }

  @Test(
    "What publish puts into a registry comes back by oci:// with its variables, images pinned, and nothing local in it",
    .enabled(if: DockerRegistry.obstacle == nil))
  func publishing() throws {
    try withRegistry { sandbox in
      try sandbox.davit("image", "tag", "busybox", "127.0.0.1:5000/team/box:1")
      try sandbox.davit("push", "-q", "127.0.0.1:5000/team/box:1")
      try sandbox.write("web.env", "LEVEL=debug\n")
      try sandbox.compose(
        """
        # A comment that stays
        name: shop
        services:
          web:
            image: 127.0.0.1:5000/team/box:1
            env_file: web.env
            environment: {API_TOKEN: hush}
            command: ["sh", "-c", "echo $$LEVEL"]
        """)
      let asked = try sandbox.davit("publish", "127.0.0.1:5000/shop:1")
      #expect(asked.status == 1 && asked.err.contains("web has API_TOKEN written in the file"), "\(asked.both)")
      #expect(!asked.err.contains("hush"))
      let published = try sandbox.davit(
        "publish", "-y", "--with-env", "--resolve-image-digests", "127.0.0.1:5000/shop:1")
      #expect(published.status == 0, "\(published.both)")
      let old = try sandbox.davit("publish", "-y", "--oci-version", "1.0", "127.0.0.1:5000/shop:old")
      #expect(old.status == 0, "\(old.both)")
      // With its images: they are in its own repository then, by their digests.
      let image = try sandbox.davit(
        "image", "inspect", "--format", "{{index .RepoDigests 0}}", "127.0.0.1:5000/team/box:1")
      let digest = String(try #require(image.out.trimmed.split(separator: "@").last))
      func status() throws -> String {
        try sandbox.shell(
          "curl -s -o /dev/null -w '%{http_code}' -H 'Accept: application/vnd.oci.image.index.v1+json' -H 'Accept: application/vnd.oci.image.manifest.v1+json' http://127.0.0.1:5000/v2/shop/manifests/\(digest)"
        ).out
      }
      #expect(try status() == "404")
      let app = try sandbox.davit("publish", "-y", "--app", "--with-env", "127.0.0.1:5000/shop:app")
      #expect(app.status == 0 && app.err.contains("Copied"), "\(app.both)")
      #expect(try status() == "200")
      let other = "\(sandbox.folder)/home"
      try sandbox.shell("mkdir -p \(other)")
      func remote(_ tag: String, _ words: String...) throws -> Sandbox.Result {
        try sandbox.run(
          ["\(Sandbox.binaries)/davit", "-f", "oci://127.0.0.1:5000/shop:\(tag)"] + words, directory: other,
          environment: Self.agreeing)
      }
      let config = try remote("1", "config")
      #expect(config.out.contains("LEVEL: debug") && config.out.contains("team/box:1@sha256:"), "\(config.both)")
      #expect(try remote("1", "run", "--rm", "web").out == "debug\n")
      let missing = try remote("old", "config")
      #expect(missing.status == 1 && missing.err.contains(".env does not exist"), "\(missing.both)")
      let noProject = try sandbox.davit(
        "-f", "oci://127.0.0.1:5000/team/box:1", "config", environment: Self.agreeing)
      #expect(noProject.status == 1 && noProject.err.contains("it is no compose project"), "\(noProject.both)")
      try sandbox.davit("-p", "shop", "down")
    }
  }

  @Test("Settings of the environment count in .env too")
  func settingsInDotenv() throws {
    try inSandbox { sandbox in
      try sandbox.write(".env", "COMPOSE_PROGRESS=json\nCOMPOSE_REMOVE_ORPHANS=1\nCOMPOSE_COMPATIBILITY=1\n")
      try sandbox.compose("services: {a: {image: busybox, command: sleep 60, init: true, stop_grace_period: 1s}}")
      let up = try sandbox.davit("up", "-d")
      #expect(up.status == 0 && up.err.contains("{\""), "\(up.both)")
      #expect(try sandbox.davit("ps", "--format", "{{.Name}}").out == "project_a_1\n")
      try sandbox.compose("services: {b: {image: busybox, command: sleep 60, init: true, stop_grace_period: 1s}}")
      #expect(try sandbox.davit("up", "-d").status == 0)
      #expect(try sandbox.davit("ps", "-a", "--format", "{{.Name}}").out == "project_b_1\n")
      // What the process sets stands above it.
      let both = try sandbox.davit("up", "-d", environment: ["COMPOSE_IGNORE_ORPHANS": "1"])
      #expect(both.status == 1 && both.err.contains("COMPOSE_IGNORE_ORPHANS"), "\(both.both)")
    }
  }

  @Test("A project from standard input is read once, whatever the command does with it")
  func standardInput() throws {
    try inSandbox { sandbox in
      let file = "services: {a: {image: busybox}}"
      let run = try sandbox.davit("-f", "-", "run", "--rm", "a", "echo", "ran", input: file)
      #expect(run.status == 0 && run.out == "ran\n", "\(run.both)")
      #expect(try sandbox.davit("-f", "-", "config", "--services", input: file).out == "a\n")
      try sandbox.write("more.env", "FROM=file\nLEFT=kept\n")
      let variables = try sandbox.davit(
        "-f", "-", "run", "--rm", "--env-from-file", "more.env", "-e", "FROM=flag", "a", "sh", "-c", "echo $FROM $LEFT",
        input: file)
      #expect(variables.out == "flag kept\n", "\(variables.both)")
      try sandbox.davit("-p", "project", "down")
    }
  }

  @Test("Called as docker-compose it completes docker-compose, and --verbose says what a project is made of")
  func otherNames() throws {
    try inSandbox { sandbox in
      try sandbox.shell("ln -s \(Sandbox.binaries)/davit docker-compose")
      let script = try sandbox.run(["./docker-compose", "completion", "bash"])
      #expect(script.status == 0 && script.out.contains("docker-compose") && !script.out.contains("davit compose"))
      try sandbox.compose("services: {a: {image: busybox}, b: {image: busybox, profiles: [p]}}")
      let told = try sandbox.run(
        ["./docker-compose", "--verbose", "--workdir", "\(sandbox.folder)/project", "ps"])
      #expect(
        told.status == 0 && told.err.contains("services: a\n") && told.err.contains("not enabled: b"), "\(told.both)")
    }
  }
}
