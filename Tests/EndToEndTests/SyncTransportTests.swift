import Foundation
import Testing

/// What the tests of remote repositories need of the machine.
private enum Tools {
  static func missing(_ paths: [String]) -> String? {
    let absent = paths.filter { !FileManager.default.isExecutableFile(atPath: $0) }
    return absent.isEmpty ? nil : "not installed: \(absent.joined(separator: ", "))"
  }

  static let sshd = missing(["/usr/sbin/sshd", "/usr/bin/ssh-keygen"])
  static let age = missing(["/usr/bin/age", "/usr/bin/age-keygen"])
  static let gpg = missing(["/usr/bin/gpg", "/usr/bin/ssh-keygen"])
}

private let compose = """
  name: shop
  services: {web: {image: busybox, command: sleep 1000, stop_grace_period: 0s, labels: {v: VERSION}}}
  """

/// Makes the repository `repository` beside the project, with one commit.
private func makeRepository(_ sandbox: Sandbox, _ version: String = "one") throws -> String {
  try sandbox.write("../repository/compose.yaml", compose.replacing("VERSION", with: version))
  let made = try sandbox.shell(
    """
    set -e; cd ../repository; git init -q -b main . 2>/dev/null; git config user.name a; git config user.email a@b
    git add -A; git commit -qm x
    """)
  try #require(made.status == 0, "\(made.both)")
  return "\(sandbox.folder)/repository"
}

/// Starts a server that has none of this process's descriptors: Foundation takes a program for running as long as anything
/// holds the descriptors that it was started with.
/// - Returns: its process id.
private func startServer(_ sandbox: Sandbox, _ command: String) throws -> Int32 {
  try sandbox.write(
    "server.sh",
    """
    for f in /proc/self/fd/*; do n=${f##*/}; if [ "$n" -gt 2 ]; then eval "exec $n>&-"; fi; done
    exec \(command)
    """)
  let started = try sandbox.shell("bash server.sh </dev/null >/dev/null 2>&1 & echo $!")
  return try #require(Int32(started.out.trimmingCharacters(in: .whitespacesAndNewlines)), "\(started.both)")
}

private func sync(_ sandbox: Sandbox, _ words: [String], environment: [String: String] = [:]) throws -> Sandbox.Result {
  try sandbox.run(
    ["\(Sandbox.binaries)/davit", "sync"] + words + ["--once", "--log-format", "text"], environment: environment)
}

extension EndToEnd {
  @Test("A repository is followed over ssh", .enabled(if: Tools.sshd == nil, Comment(rawValue: Tools.sshd ?? "")))
  func syncOverSSH() throws {
    try inSandbox { sandbox in
      let repository = try makeRepository(sandbox)
      let prepared = try sandbox.shell(
        """
        set -e; cd ..; ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f key; cp key.pub allowed
        printf '%s\\n' 'Port 2222' 'ListenAddress 127.0.0.1' "HostKey $PWD/host" "AuthorizedKeysFile $PWD/allowed" \
          'StrictModes no' 'PidFile none' 'UsePAM no' 'PermitRootLogin yes' >sshd.conf
        mkdir -p /run/sshd; echo "[127.0.0.1]:2222 $(cat host.pub)" >known
        """)
      try #require(prepared.status == 0, "\(prepared.both)")
      let server = try startServer(sandbox, "/usr/sbin/sshd -D -f \(sandbox.folder)/sshd.conf")
      defer { kill(server, SIGKILL) }
      try sandbox.shell("for i in $(seq 50); do nc -z 127.0.0.1 2222 && break; sleep 0.1; done")
      let keys = [
        "GIT_SSH_COMMAND":
          "ssh -o BatchMode=yes -i \(sandbox.folder)/key -o UserKnownHostsFile=\(sandbox.folder)/known -o IdentitiesOnly=yes"
      ]
      let address = "ssh://root@127.0.0.1:2222\(repository)"
      let result = try sync(sandbox, [address, "--ref", "main"], environment: keys)
      #expect(result.status == 0 && result.err.contains("applied project=shop"), "\(result.both)")
      #expect(try sandbox.davit("-p", "shop", "ps", "-q").out.split(separator: "\n").count == 1)
      let stranger = try sync(sandbox, [address, "--ref", "main", "--name", "other"])
      #expect(stranger.status == 1 && stranger.err.contains("cannot be read"), "\(stranger.both)")
      try sandbox.davit("-p", "shop", "down", "-t", "0")
    }
  }

  @Test("A repository is followed over http; one that is away is told, and what runs stays")
  func syncOverHTTP() throws {
    try inSandbox { sandbox in
      let repository = try makeRepository(sandbox)
      try sandbox.shell("git clone -q --bare \(repository) ../srv/shop.git")
      try sandbox.write("serve.py", Self.httpBackend)
      let server = try startServer(sandbox, "python3 serve.py \(sandbox.folder)/srv")
      defer { kill(server, SIGKILL) }
      try sandbox.shell("for i in $(seq 100); do nc -z 127.0.0.1 8099 && break; sleep 0.1; done")
      let address = "http://127.0.0.1:8099/shop.git"
      let first = try sync(sandbox, [address, "--ref", "main"])
      #expect(first.status == 0, "\(first.both)")
      let id = try sandbox.davit("-p", "shop", "ps", "-q").out
      kill(server, SIGKILL)
      try sandbox.davit("-p", "shop", "kill")
      let away = try sync(sandbox, [address, "--ref", "main"])
      #expect(away.status == 1 && away.err.contains("cannot be read"), "\(away.both)")
      // Drift is put right all the same.
      #expect(away.err.contains("put right what had drifted"), "\(away.both)")
      #expect(try sandbox.davit("-p", "shop", "ps", "-q").out == id)
      let missing = try sync(sandbox, [repository, "--ref", "nowhere"])
      #expect(missing.status == 1 && missing.err.contains("no branch or tag nowhere"), "\(missing.both)")
      try sandbox.davit("-p", "shop", "down", "-t", "0")
    }
  }

  private static let httpBackend = """
    import http.server, os, subprocess, sys
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            env = dict(os.environ, GIT_PROJECT_ROOT=sys.argv[1], GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path,
                QUERY_STRING=query, REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("content-type", ""),
                CONTENT_LENGTH=str(len(body)), HTTP_CONTENT_ENCODING=self.headers.get("content-encoding", ""),
                GIT_PROTOCOL=self.headers.get("git-protocol", ""))
            out = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True).stdout
            head, _, rest = out.partition(b"\\r\\n\\r\\n")
            headers = [line.split(": ", 1) for line in head.decode().split("\\r\\n")]
            self.send_response(next((int(v.split()[0]) for k, v in headers if k == "Status"), 200))
            for key, value in headers:
                if key != "Status": self.send_header(key, value)
            self.end_headers()
            self.wfile.write(rest)
        do_GET = do_POST = answer
        def log_message(self, *arguments): pass
    http.server.ThreadingHTTPServer(("127.0.0.1", 8099), Handler).serve_forever()
    """

  @Test(
    "With --verify-signatures only commits that a known key has signed are applied, by OpenPGP and by ssh",
    .enabled(if: Tools.gpg == nil, Comment(rawValue: Tools.gpg ?? "")))
  func syncSignatures() throws {
    try inSandbox { sandbox in
      let repository = try makeRepository(sandbox)
      let prepared = try sandbox.shell(
        """
        set -e; cd ..; mkdir -m 700 gpg; export GNUPGHOME=$PWD/gpg
        gpg --batch --quiet --passphrase '' --quick-gen-key 'a <a@b>' ed25519 sign never 2>/dev/null
        gpg --armor --export a@b >keyring.asc; gpg --export a@b >keyring.gpg
        ssh-keygen -q -t ed25519 -N '' -f key; echo "a@b $(cat key.pub)" >signers
        ssh-keygen -q -t ed25519 -N '' -f stranger; echo "a@b $(cat stranger.pub)" >strangers
        """)
      try #require(prepared.status == 0, "\(prepared.both)")
      func commit(_ flags: String) throws {
        let made = try sandbox.shell(
          "cd ../repository && GNUPGHOME=../gpg git \(flags) commit -q -S --allow-empty -m signed; gpgconf --homedir ../gpg --kill all"
        )
        try #require(made.status == 0, "\(made.both)")
      }
      func verified(_ keyring: String) throws -> Sandbox.Result {
        try sync(sandbox, [repository, "--verify-signatures", "../\(keyring)"])
      }
      let unsigned = try verified("keyring.asc")
      #expect(unsigned.status == 1 && unsigned.err.contains("bears no good signature"), "\(unsigned.both)")
      // What was fetched without looking at signatures is looked at when they count.
      #expect(try sync(sandbox, [repository]).status == 0)
      #expect(try verified("keyring.asc").status == 1)
      try commit("-c user.signingkey=a@b")
      #expect(try verified("signers").status == 1)
      for keyring in ["keyring.asc", "keyring.gpg"] {
        let good = try verified(keyring)
        #expect(good.status == 0, "\(good.both)")
      }
      try commit("-c gpg.format=ssh -c user.signingkey=\(sandbox.folder)/key")
      #expect(try verified("strangers").status == 1)
      #expect(try verified("keyring.asc").status == 1)
      let good = try verified("signers")
      #expect(good.status == 0 && good.err.contains("applied"), "\(good.both)")
      let odd = try sync(sandbox, [repository, "--verify-signatures", "/etc/hostname"])
      #expect(odd.status == 1 && odd.err.contains("neither OpenPGP keys nor allowed signers"), "\(odd.both)")
      try sandbox.davit("-p", "shop", "down", "-t", "0")
    }
  }

  @Test(
    "Secrets that are encrypted with age arrive decrypted, and no disk ever has them",
    .enabled(if: Tools.age == nil, Comment(rawValue: Tools.age ?? "")))
  func syncSecrets() throws {
    try inSandbox { sandbox in
      let repository = try makeRepository(sandbox)
      let prepared = try sandbox.shell(
        """
        set -e; cd ../repository; age-keygen -o ../key 2>/dev/null; age-keygen -o ../other 2>/dev/null
        printf 'hush hush' | age -a -r "$(age-keygen -y ../key)" >s.age
        cat >compose.yaml <<'end'
        name: shop
        services:
          web: {image: busybox, command: sleep 1000, stop_grace_period: 0s, secrets: [{source: s, mode: 0440, gid: "7"}]}
        secrets: {s: {file: s.age}}
        end
        git add -A; git commit -qm secret; mount -t tmpfs tmpfs /dev/shm
        """)
      try #require(prepared.status == 0, "\(prepared.both)")
      let keyless = try sync(sandbox, [repository])
      #expect(keyless.status == 1 && keyless.err.contains("s.age: it is encrypted with age"), "\(keyless.both)")
      let wrong = try sync(sandbox, [repository, "--age-identity", "../other"])
      #expect(wrong.status == 1 && wrong.err.contains("s.age: it cannot be decrypted"), "\(wrong.both)")
      let good = try sync(sandbox, [repository, "--age-identity", "../key"])
      #expect(good.status == 0, "\(good.both)")
      let seen = try sandbox.davit(
        "-p", "shop", "exec", "-T", "web", "sh", "-c", "cat /run/secrets/s; stat -c ' %a %u %g' /run/secrets/s")
      #expect(seen.out == "hush hush 440 0 7\n", "\(seen.both)")
      #expect(try sandbox.shell("grep -rl 'hush hush' ..").out == "")
      // A second look finds everything right.
      let id = try sandbox.davit("-p", "shop", "ps", "-q").out
      #expect(try sync(sandbox, [repository, "--age-identity", "../key"]).status == 0)
      #expect(try sandbox.davit("-p", "shop", "ps", "-q").out == id)
      try sandbox.davit("-p", "shop", "down", "-t", "0")
      try sandbox.shell("umount /dev/shm")
    }
  }
}
