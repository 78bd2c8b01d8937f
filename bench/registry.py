#!/usr/bin/env python3
"""A registry that serves one OCI image layout to whoever asks, as fast as the kernel sends files: every contender pulls
from the same one, in the namespaces that it lives in.

usage: bench/registry.py LAYOUT PORT     (any repository name and tag mean the layout's first image; ends with its input)
"""
import http.server, json, os, socket, sys, threading

LAYOUT, PORT = sys.argv[1], int(sys.argv[2])
INDEX = json.load(open(f"{LAYOUT}/index.json"))["manifests"][0]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_HEAD(self):
        self.do_GET(body=False)

    def do_GET(self, body=True):
        name = self.path.split("/")[-1]
        isManifest = "/manifests/" in self.path
        if isManifest and ":" not in name: name = INDEX["digest"]
        path = f"{LAYOUT}/blobs/sha256/{name.split(':')[-1]}"
        if self.path == "/v2/": path = os.devnull
        if not os.path.exists(path):
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        size = os.path.getsize(path)
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.send_header("Content-Type", INDEX["mediaType"] if isManifest else "application/octet-stream")
        if isManifest: self.send_header("Docker-Content-Digest", name)
        self.end_headers()
        if not body: return
        self.wfile.flush()
        with open(path, "rb") as file:
            offset = 0
            while offset < size:
                offset += os.sendfile(self.connection.fileno(), file.fileno(), offset, min(size - offset, 4 << 20))


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET
    request_queue_size = 64


def end_with_asker():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_asker, daemon=True).start()
try: server = Server(("127.0.0.1", PORT), Handler)
except OSError: sys.exit(0)  # another contender's is there already
server.serve_forever()
