import Foundation
import Testing

extension EndToEnd {
  @Test("Malformed, endless, slow, vanishing and very many clients leave the server up, and nothing of them stays")
  func hostileClients() throws {
    try withServer { server in
      let script = try server.sandbox.write("hostile.py", Self.hostile)
      let run = try server.sandbox.run(["python3", script, server.socket, "\(server.pid)"])
      #expect(run.status == 0 && run.out.hasSuffix("done\n"), "\(run)")
      #expect(server.isRunning)
      #expect(try server.request("GET", "/_ping").body.hasPrefix("OK"))
    }
  }

  /// Talks to the socket by hand, as no client should.
  private static let hostile = """
    import os, socket, sys, time
    path, pid = sys.argv[1:]
    def connect():
        s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(path); return s
    def answer(s):
        data = b""
        while True:
            try: more = s.recv(65536)
            except ConnectionResetError: break
            if not more: break
            data += more
            if b"\\r\\n\\r\\n" in data and data.endswith(b"OK"): break
        return data
    def ask(raw):
        s = connect()
        try: s.sendall(raw)
        except (BrokenPipeError, ConnectionResetError): pass
        return answer(s)
    def used(): return len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task"))
    def memory(): return int([l for l in open(f"/proc/{pid}/status") if l.startswith("VmRSS")][0].split()[1])
    def ping(): return ask(b"GET /_ping HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n").endswith(b"OK")
    assert ping()
    before = used()
    # No HTTP, a header without end, a wrong version, a length that is none, a target that is none.
    for raw in [b"\\x16\\x03\\x01 hello\\r\\n\\r\\n", b"GET / HTTP/1.1\\r\\nA: " + b"a" * (1 << 20),
                b"GET /_ping HTTP/9.9\\r\\n\\r\\n", b"POST /containers/create HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: -1\\r\\n\\r\\n",
                b"GET \\x00 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"]:
        reply = ask(raw)
        assert not reply or b" 400 " in reply.split(b"\\r\\n")[0], (raw[:40], reply[:80])
    # A body that is no description of a container, in gigabytes as it claims.
    s = connect()
    s.sendall(b"POST /containers/create HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 8000000000\\r\\n\\r\\n")
    sent = 0
    try:
        while sent < 200 << 20: sent += s.send(b"x" * 65536)
    except (BrokenPipeError, ConnectionResetError, TimeoutError): pass
    s.close()
    # Hijacked connections whose clients go at once.
    for n in range(50):
        s = connect()
        s.sendall(b"POST /containers/none/attach?stream=1 HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: tcp\\r\\nConnection: Upgrade\\r\\n\\r\\n")
        s.close()
    # Many at once, half of them silent and half of them asking; a slow one is served beside them.
    slow = connect(); slow.sendall(b"GET /_pi")
    crowd = [connect() for _ in range(500)]
    for s in crowd[::2]: s.sendall(b"GET /containers/json HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
    assert ping()
    for s in crowd[::2]: assert answer(s).startswith(b"HTTP/1.1 200")
    slow.sendall(b"ng HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
    assert answer(slow).endswith(b"OK")
    for s in crowd: s.close()
    # Thousands of requests on one connection.
    s = connect()
    for n in range(3000):
        s.sendall(b"GET /_ping HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
        assert answer(s).endswith(b"OK")
    s.close()
    for _ in range(100):
        after = used()
        if after[0] <= before[0] + 4 and after[1] <= before[1] + 4: break
        time.sleep(0.1)
    else: raise AssertionError(f"descriptors and threads: {before} before, {after} after")
    assert memory() < 400000, memory()
    print("done")
    """
}
