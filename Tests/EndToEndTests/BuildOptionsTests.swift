import Foundation
import Testing

/// What `davit build` does around the Dockerfile itself.
extension EndToEnd {
  private func build(_ sandbox: Sandbox, _ arguments: String..., file: String? = nil, input: String = "") throws
    -> Sandbox.Result
  {
    if let file { try sandbox.write("Dockerfile", file) }
    return try sandbox.run(
      ["\(Sandbox.binaries)/davit", "build", "--network=none"] + arguments + (arguments.last == "-" ? [] : ["."]),
      input: input)
  }

  @Test("--check finds what docker's checks find, with line and excerpt, and a build tells how many there were")
  func buildChecks() throws {
    try inSandbox { sandbox in
      let checked = try build(sandbox, "--check", file: "FROM busybox\nENV TOKEN x\nCMD echo $TOKEN\n")
      #expect(checked.status == 1, "\(checked.both)")
      #expect(checked.out.hasPrefix("Check complete, 3 warnings have been found!\n"), "\(checked.out)")
      for part in [
        "WARNING: LegacyKeyValueFormat - https://docs.docker.com/go/dockerfile/rule/legacy-key-value-format/",
        "WARNING: SecretsUsedInArgOrEnv", "WARNING: JSONArgsRecommended", "Dockerfile:3", ">>> CMD echo $TOKEN",
      ] { #expect(checked.out.contains(part), "\(part)") }
      let built = try build(sandbox, "-t", "app")
      #expect(built.status == 0 && built.err.contains("3 warnings found (use --check to expand):"), "\(built.both)")
      let strict = try build(sandbox, file: "# check=error=true\nFROM busybox\nCMD echo\n")
      #expect(strict.status == 1 && strict.err.contains("lint violation found for rules: JSONArgsRecommended"))
      #expect(try build(sandbox, "--check", file: "FROM busybox\n").out == "Check complete, no warnings found.\n")
    }
  }

  @Test("--explain names the file, the variable or the step that made a step run again")
  func buildExplained() throws {
    try inSandbox { sandbox in
      try sandbox.write("a", "1\n")
      let file = "FROM busybox\nARG V=1\nCOPY a /\nRUN echo $V >/v\nRUN true\n"
      #expect(try build(sandbox, file: file).status == 0)
      #expect(try build(sandbox, "--explain").err.components(separatedBy: "is as it was").count == 4)
      try sandbox.write("a", "2\n")
      let changed = try build(sandbox, "--explain").err
      #expect(changed.contains("because the content of file a changed"), "\(changed)")
      #expect(changed.contains("because it stands on another result: “COPY a /” changed"), "\(changed)")
      let argument = try build(sandbox, "--explain", "--build-arg", "V=2").err
      #expect(argument.contains("because variable V is 2, was 1"), "\(argument)")
    }
  }

  @Test("--verify builds twice and names the files that differ")
  func buildVerified() throws {
    try inSandbox { sandbox in
      let same = try build(sandbox, "--verify", "-t", "app", file: "FROM busybox\nRUN echo 1 >/one\n")
      #expect(same.status == 0 && same.out.hasPrefix("Both builds are the same: sha256:"), "\(same.both)")
      let differs = try build(
        sandbox, "--verify", file: "FROM busybox\nRUN cat /proc/sys/kernel/random/uuid >/who; echo 1 >/one\n")
      #expect(differs.status == 1 && differs.out.contains("/who: content differs"), "\(differs.both)")
      #expect(!differs.out.contains("/one"))
    }
  }

  @Test("Files, archives and layouts are written where --output says, and the image is not kept then")
  func buildOutputs() throws {
    try inSandbox { sandbox in
      let file = "FROM busybox AS b\nRUN mkdir /o; echo hi >/o/f; chmod 750 /o/f\nFROM scratch\nCOPY --from=b /o /\n"
      #expect(try build(sandbox, "-o", "out", "-t", "app", file: file).status == 0)
      #expect(try sandbox.shell("stat -c '%a %n' out/f; cat out/f").out == "750 out/f\nhi\n")
      #expect(try build(sandbox, "-o", "type=tar,dest=out.tar").status == 0)
      #expect(try sandbox.shell("tar tf out.tar").out == "f\n")
      #expect(try sandbox.davit("image", "ls", "-q", "app").out.isEmpty)
      #expect(try build(sandbox, "-o", "type=docker,dest=app.tar", "-t", "app:1").status == 0)
      #expect(try sandbox.davit("image", "load", "-i", "app.tar").out == "Loaded image: app:1\n")
      #expect(try build(sandbox, "-o", "type=oci,dest=layout,tar=false", "-t", "app:2").status == 0)
      let onLayout = try build(
        sandbox, "--build-context", "x=oci-layout://layout", "-t", "y", file: "FROM x\nCOPY --from=x /f /g\n")
      #expect(onLayout.status == 0, "\(onLayout.both)")
      #expect(try build(sandbox, "-o", "type=local").err.contains("dest is required"))
      let facts = try build(
        sandbox, "--metadata-file", "meta.json", "--iidfile", "id", "-t", "z", "--annotation", "k=v", file: file)
      #expect(facts.status == 0)
      let meta = try sandbox.shell("cat meta.json").out
      #expect(meta.contains("\"containerimage.config.digest\": \"\(try sandbox.shell("cat id").out)\""), "\(meta)")
    }
  }

  @Test("Results of steps go to a folder and come from there on a machine that never built them")
  func buildCacheElsewhere() throws {
    try inSandbox { sandbox in
      let file = "FROM busybox AS a\nRUN echo 1 >/one\nFROM a\nRUN echo 2 >/two\n"
      let first = try build(sandbox, "--cache-to", "type=local,dest=cache,mode=max", "-t", "app", file: file)
      #expect(first.status == 0 && FileManager.default.fileExists(atPath: "\(sandbox.folder)/project/cache/index.json"))
      #expect(try sandbox.davit("image", "rm", "app").status == 0)
      #expect(try sandbox.davit("builder", "prune", "-af").status == 0)
      let again = try build(sandbox, "--cache-from", "type=local,src=cache", "-t", "app")
      #expect(again.err.components(separatedBy: "CACHED").count == 3, "\(again.both)")
      #expect(try build(sandbox, "--no-cache-filter", "a").err.components(separatedBy: "CACHED").count == 1)
      let missing = try build(sandbox, "--cache-from", "type=local,src=nowhere", file: "FROM busybox\nRUN echo 3\n")
      #expect(missing.status == 0 && missing.err.contains("WARNING: --cache-from: "), "\(missing.both)")
      #expect(try build(sandbox, "--cache-from", "type=gha").err.contains("there is no cache of type gha"))
    }
  }

  @Test("A context and a Dockerfile come on standard input, in any compression")
  func buildFromStandardInput() throws {
    try inSandbox { sandbox in
      try sandbox.write("c/a", "here\n")
      try sandbox.write("c/Dockerfile", "FROM busybox\nCOPY a /a\nRUN cat /a\n")
      for compressor in ["cat", "gzip", "bzip2", "xz", "zstd -q"]
      where
        try sandbox.shell("command -v \(compressor.split(separator: " ")[0])").status == 0
      {
        let command = "tar -C c -c . | \(compressor) | \(Sandbox.binaries)/davit build --network=none --no-cache -"
        let built = try sandbox.shell(command)
        #expect(built.status == 0 && built.err.contains("here"), "\(compressor): \(built.both)")
      }
      #expect(try build(sandbox, "-", input: "FROM busybox\nRUN echo alone\n").err.contains("alone"))
      // Archives that ADD finds are unpacked, with the owners that they say unless the instruction says others.
      try sandbox.shell("tar --owner=7 --group=8 -C c -cJf a.tar.xz a; tar --owner=7 --group=8 -C c -cjf a.tar.bz2 a")
      let added = try build(
        sandbox, file: "FROM busybox\nADD a.tar.xz /x/\nADD --chown=1:2 a.tar.bz2 /y/\nRUN stat -c %u:%g /x/a /y/a\n")
      #expect(added.err.contains(" 7:8\n") && added.err.contains(" 1:2\n"), "\(added.both)")
    }
  }

  @Test("ADD fetches files by address and files of repositories, and checks what they must be")
  func buildFetchesAddresses() throws {
    try inSandbox { sandbox in
      try sandbox.write("www/f", "fetched\n")
      let server = try sandbox.start(
        ["python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", "www", "8011"], directory: nil,
        environment: [:])
      defer { server.process.terminate() }
      try sandbox.shell(
        """
        git init -q -b main repo; cd repo; mkdir sub; echo one >sub/f; git add .
        git -c user.name=n -c user.email=e@x commit -q -m m; cd ..
        """)
      let daemon = try sandbox.start(
        ["git", "daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1", "--port=8012", "--base-path=."],
        directory: nil, environment: [:])
      defer { daemon.process.terminate() }
      let waiting = "for i in $(seq 100); do nc -z 127.0.0.1 8011 && nc -z 127.0.0.1 8012 && exit; sleep 0.1; done"
      try sandbox.shell(waiting)
      let digest = try sandbox.shell("sha256sum www/f").out.prefix(64)
      let file = """
        FROM busybox
        ADD --checksum=sha256:\(digest) http://127.0.0.1:8011/f /web/
        ADD git://127.0.0.1:8012/repo#main:sub /git
        ADD --keep-git-dir=true git://127.0.0.1:8012/repo /whole
        RUN cat /web/f /git/f; stat -c %a /web/f; ls -d /whole/.git /git/.git
        """
      let built = try build(sandbox, file: file + "; true\n")
      for part in [" fetched", " one", " 600", " /whole/.git"] {
        #expect(built.status == 0 && built.err.contains("\(part)\n"), "\(part): \(built.both)")
      }
      #expect(!built.err.contains(" /git/.git\n"))
      #expect(try build(sandbox).err.components(separatedBy: "CACHED").count == 5)
      let wrong = try build(
        sandbox,
        file: "FROM busybox\nADD --checksum=sha256:\(String(repeating: "0", count: 64)) http://127.0.0.1:8011/f /\n")
      #expect(wrong.status == 1 && wrong.err.contains("digest mismatch"), "\(wrong.both)")
      let whole = try sandbox.davit("build", "--network=none", "git://127.0.0.1:8012/repo#main:nowhere")
      #expect(whole.status == 1 && whole.err.contains("nowhere"), "\(whole.both)")
    }
  }

  @Test(
    "Mounts of RUN: what is written to a bind is not kept, caches begin with what they are given, secrets have owners")
  func buildMountOptions() throws {
    try inSandbox { sandbox in
      try sandbox.write("src/a", "1\n")
      try sandbox.write("src/left.out", "1\n")
      try sandbox.write(".dockerignore", "**/*.out\n")
      try sandbox.write("s", "hush")
      let file = """
        FROM busybox AS seed
        RUN mkdir /seed && echo planted >/seed/p
        FROM busybox
        RUN --mount=type=bind,source=src,target=/src,rw echo new >/src/b && ls /src
        RUN --mount=type=cache,target=/c,from=seed,source=/seed,uid=5,gid=6,mode=0710 stat -c %u:%g:%a /c; cat /c/p
        RUN --mount=type=secret,id=s,uid=7,gid=8,mode=0440 stat -Lc %u:%g:%a /run/secrets/s
        RUN --mount=type=secret,id=s,env=HUSH test "$HUSH" = hush
        COPY --link src /linked/
        COPY --chmod=u=rwX,go= src /modes/
        RUN stat -c %a /modes /modes/a; ls /linked
        """
      let built = try build(sandbox, "--secret", "id=s,src=s", file: file)
      #expect(built.status == 0, "\(built.both)")
      for part in [" b", " 5:6:710", " planted", " 7:8:440", " 700", " 600"] {
        #expect(built.err.contains("\(part)\n"), "\(part): \(built.err)")
      }
      #expect(
        !built.err.contains("left.out") && !FileManager.default.fileExists(atPath: "\(sandbox.folder)/project/src/b"))
    }
  }

  @Test("What goes beyond a sandbox is allowed by name or refused by name")
  func buildEntitlements() throws {
    try inSandbox { sandbox in
      let file = "FROM busybox\nRUN --security=insecure mkdir /m && mount -t tmpfs none /m && umount /m\n"
      let refused = try build(sandbox, file: file)
      #expect(refused.status == 1 && refused.err.contains("security.insecure is not allowed"), "\(refused.both)")
      let allowed = try build(sandbox, "--allow", "security.insecure")
      #expect(allowed.status == 0, "\(allowed.both)")
      let host = try build(sandbox, file: "FROM busybox\nRUN --network=host true\n")
      #expect(host.status == 1 && host.err.contains("network.host is not allowed"), "\(host.both)")
      let limited = try build(sandbox, "--ulimit", "nofile=77:99", file: "FROM busybox\nRUN ulimit -n\n")
      #expect(limited.err.contains(" 77\n"), "\(limited.both)")
      let foreign = try build(sandbox, "--platform", "linux/s390x", file: "FROM scratch\nCOPY Dockerfile /\n")
      #expect(foreign.status == 0, "\(foreign.both)")
    }
  }

  @Test(
    "Two stages, and two builds at once, make a step that they share once; a network of the build's own goes with it")
  func buildsShare() throws {
    try inSandbox { sandbox in
      let file = """
        FROM busybox AS a
        RUN --mount=type=cache,target=/c sleep 0.3; echo x >>/c/runs
        FROM a AS b
        RUN echo b >/b
        FROM busybox AS c
        RUN --mount=type=cache,target=/c sleep 0.3; echo x >>/c/runs
        FROM b
        COPY --from=c /bin/sh /c
        RUN --mount=type=cache,target=/c wc -l </c/runs
        """
      try sandbox.write("Dockerfile", file)
      let both = try sandbox.shell(
        "\(Sandbox.binaries)/davit build -q . & \(Sandbox.binaries)/davit build . ; status=$?; wait; exit $status")
      #expect(both.status == 0 && both.err.contains(" 1\n") || both.err.contains("CACHED"), "\(both.both)")
      let runs = try sandbox.shell("cat ../root/builds/caches/*/data/runs").out
      #expect(runs == "x\n", "\(runs)")
      #expect(try !sandbox.davit("network", "ls").out.contains("build-"))
      #expect(try !sandbox.davit("network", "ls").out.contains("bridge"))
    }
  }

  @Test("The cache is listed, and pruned by age, kind and size")
  func buildCacheCare() throws {
    try inSandbox { sandbox in
      let file = "FROM busybox\nRUN --mount=type=cache,target=/c echo 1 >/c/x\nRUN head -c 3000000 /dev/zero >/big\n"
      #expect(try build(sandbox, "-o", "type=cacheonly", file: file).status == 0)
      let listed = try sandbox.davit("builder", "du")
      #expect(listed.out.hasPrefix("ID  ") && listed.out.contains("Reclaimable:"), "\(listed.both)")
      #expect(try sandbox.davit("builder", "du", "--verbose").out.contains("RUN head -c 3000000 /dev/zero >/big"))
      #expect(try sandbox.davit("builder", "prune", "-f", "--filter", "until=24h").out == "Total:\t0B\n")
      #expect(try sandbox.davit("builder", "prune", "-f", "--max-used-space", "1g").out == "Total:\t0B\n")
      #expect(try sandbox.davit("builder", "prune", "-f").status == 0)
      let left = try sandbox.davit("builder", "du", "--format", "json").out
      #expect(left.contains("exec.cachemount") && !left.contains("\"regular\""), "\(left)")
      #expect(try sandbox.davit("builder", "prune", "-af").status == 0)
      #expect(try sandbox.davit("builder", "du", "--format", "{{.ID}}").out.isEmpty)
    }
  }

  @Test("A shell opens where a step failed, and nothing of it is kept")
  func buildShellOnFailure() throws {
    try inSandbox { sandbox in
      let built = try build(
        sandbox, "--shell-on-failure", file: "FROM busybox\nENV V=here\nRUN echo half >/half; exit 3\n",
        input: "cat /half; echo $V\nexit\n")
      #expect(built.status == 1 && built.both.contains("half") && built.both.contains("exit code: 3"), "\(built.both)")
      #expect(try sandbox.davit("ps", "-aq").out.isEmpty)
    }
  }

  @Test("Progress as BuildKit's records names each step by its digest and says what became of it")
  func buildRawProgress() throws {
    try inSandbox { sandbox in
      let built = try build(sandbox, "--progress=rawjson", file: "FROM busybox\nRUN echo hello\n")
      let lines = built.err.split(separator: "\n")
      #expect(lines.contains { $0.contains("\"name\":\"[2/2] RUN echo hello\"") && $0.contains("\"completed\":") })
      #expect(lines.contains { $0.contains("\"data\":\"aGVsbG8K\"") }, "\(built.err)")
    }
  }

  @Test("Compose builds have the labels, limits and owners of secrets that the file says")
  func composeBuildAttributes() throws {
    try inSandbox { sandbox in
      try sandbox.write("token", "t")
      try sandbox.compose(
        """
        services:
          app:
            build:
              dockerfile_inline: |
                FROM busybox
                RUN --mount=type=secret,id=token stat -Lc %u:%a /run/secrets/token; ulimit -n
                RUN --security=insecure true
              network: none
              privileged: true
              ulimits: {nofile: {soft: 55, hard: 66}}
              provenance: false
              secrets: [{source: token, uid: "12", mode: 0444}]
        secrets: {token: {file: ./token}}
        """)
      let built = try sandbox.davit("compose", "build")
      #expect(built.status == 0 && built.err.contains(" 12:444\n") && built.err.contains(" 55\n"), "\(built.both)")
      let labels = "{{index .Config.Labels \"com.docker.compose.service\"}}"
      let image = try sandbox.shell("basename $PWD").out.dropLast() + "-app"
      #expect(try sandbox.davit("image", "inspect", "-f", labels, String(image)).out == "app\n")
    }
  }
}
