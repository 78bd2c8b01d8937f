import Foundation
import Testing

/// The distribution's registry, running inside a sandbox on port 5000.
final class DockerRegistry {
  enum Access {
    case open
    /// User `anna`, password `geheim`.
    case password
    /// With a certificate that `ca.crt` in the project signed; `isMutual` wants one of the client too.
    case encrypted(isMutual: Bool)
    /// A token server on port 5001 that knows `anna` too and lets everybody else read.
    case token
  }

  static let obstacle: String? =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/docker-registry") ? nil : "docker-registry is not installed"

  private let sandbox: Sandbox
  private var processes: [Process] = []

  init(_ sandbox: Sandbox, _ access: Access = .open) throws {
    self.sandbox = sandbox
    let folder = "\(sandbox.folder)/project"
    var http = "http:\n  addr: 127.0.0.1:5000\n"
    var auth = ""
    switch access {
    case .open: break
    case .password:
      try sandbox.write("htpasswd", "anna:$2y$04$tivWlCZeE7clhNo1PTe0pO2K4TXRuIBZGHIu6.oVf1O5SzBACAUv2\n")
      auth = "auth:\n  htpasswd:\n    realm: test\n    path: \(folder)/htpasswd\n"
    case .encrypted(let isMutual):
      try makeCertificates()
      http += "  tls:\n    certificate: \(folder)/server.crt\n    key: \(folder)/server.key\n"
      if isMutual { http += "    clientcas:\n      - \(folder)/ca.crt\n" }
    case .token:
      try makeCertificates()
      try sandbox.write("tokens.py", Self.tokenServer)
      auth = """
        auth:
          token:
            realm: http://127.0.0.1:5001/token
            service: test
            issuer: test
            rootcertbundle: \(folder)/server.crt

        """
      processes.append(try sandbox.start(["python3", "\(folder)/tokens.py"]).process)
      try wait(for: "http://127.0.0.1:5001/")
    }
    let config = """
      version: 0.1
      log:
        level: error
        accesslog:
          disabled: true
      storage:
        filesystem:
          rootdirectory: \(sandbox.folder)/registry
        delete:
          enabled: true

      """ + http + auth
    let path = try sandbox.write("registry.yml", config)
    // Its output goes nowhere, so that nothing waits for a reader.
    let start = ["sh", "-c", "exec docker-registry serve \(path) >/dev/null 2>&1"]
    processes.append(try sandbox.start(start).process)
    try wait(for: "\(Self.isEncrypted(access) ? "https" : "http")://127.0.0.1:5000/v2/")
  }

  deinit {
    for process in processes {
      // A test's threads may hold SIGTERM back, and their children then do so too.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  private static func isEncrypted(_ access: Access) -> Bool {
    if case .encrypted = access { return true }
    return false
  }

  /// Any answer will do; one that fails for a missing client certificate is one too.
  private func wait(for address: String) throws {
    for _ in 0..<100 {
      let status = try sandbox.run(["curl", "-sk", "-o", "/dev/null", address]).status
      if status != 7 { return }
      usleep(100_000)
    }
    Issue.record("nobody answers at \(address)")
  }

  private func makeCertificates() throws {
    let made = try sandbox.shell(
      """
      set -e
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca \
        -keyout ca.key -out ca.crt
      for who in server client; do
        openssl req -newkey rsa:2048 -nodes -subj /CN=$who -keyout $who.key -out $who.csr
        printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\\n' >$who.ext
        openssl x509 -req -in $who.csr -CA ca.crt -CAkey ca.key -days 2 -extfile $who.ext -out $who.crt
      done
      """)
    try #require(made.status == 0, "\(made.err)")
  }

  /// Signs with the server's key (distribution, "Token Authentication Implementation").
  private static let tokenServer = """
    import base64, http.server, json, subprocess, time, urllib.parse
    def b(data): return base64.urlsafe_b64encode(data).rstrip(b'=').decode()
    cert = ''.join(open('server.crt').read().split('-----')[2].split())
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *args): pass
        def do_GET(self):
            query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
            auth = self.headers.get('Authorization')
            known = auth == 'Basic ' + base64.b64encode(b'anna:geheim').decode()
            if auth and not known:
                self.send_response(401); self.end_headers(); return
            access = []
            for scope in query.get('scope', []):
                kind, name, actions = scope.split(':')
                access.append({'type': kind, 'name': name,
                  'actions': [a for a in actions.split(',') if known or a == 'pull']})
            now = int(time.time())
            head = b(json.dumps({'typ': 'JWT', 'alg': 'RS256', 'x5c': [cert]}).encode())
            body = b(json.dumps({'iss': 'test', 'sub': 'x', 'aud': 'test', 'exp': now + 60, 'nbf': now - 60,
              'iat': now, 'jti': str(now), 'access': access}).encode())
            sign = subprocess.run(['openssl', 'dgst', '-sha256', '-sign', 'server.key'], capture_output=True,
              input=(head + '.' + body).encode()).stdout
            data = json.dumps({'token': head + '.' + body + '.' + b(sign)}).encode()
            self.send_response(200); self.end_headers(); self.wfile.write(data)
    http.server.ThreadingHTTPServer(('127.0.0.1', 5001), Handler).serve_forever()
    """
}

/// Runs a test body in a sandbox with the image `busybox` and a registry.
func withRegistry(_ access: DockerRegistry.Access = .open, _ body: (Sandbox) throws -> Void) throws {
  try inSandbox { sandbox in
    let registry = try DockerRegistry(sandbox, access)
    try withExtendedLifetime(registry) { try body(sandbox) }
  }
}
