"""Times GET /containers/json of an Engine API with 200 containers, from where the socket is: what it needs is made, and
removed afterwards. `listing.py SOCKET [SERVER…]`: SERVER is started first, and ended."""
import http.client, json, os, signal, socket, statistics, subprocess, sys, time

COUNT, ROUNDS = 200, 31


class Client(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def ask(self, method, path, body=None):
        self.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        answer = self.getresponse()
        data = answer.read()
        if answer.status >= 300: sys.exit(f"{method} {path}: {answer.status} {data[:200]}")
        return json.loads(data) if data else None


def main():
    path, command = sys.argv[1], sys.argv[2:]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL) if command else None
    made = []
    try:
        for _ in range(200):
            if os.path.exists(path): break
            time.sleep(0.05)
        client = Client(path)
        for number in range(COUNT):
            body = {"Image": "busybox:local", "Cmd": ["sleep", "infinity"], "Labels": {"number": str(number)}}
            made.append(client.ask("POST", f"/v1.44/containers/create?name=bench-listing-{number}", body)["Id"])
        times = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            found = client.ask("GET", "/v1.44/containers/json?all=1")
            times.append((time.perf_counter() - begin) * 1000)
            assert len(found) >= COUNT, len(found)
        print(json.dumps({"milliseconds": statistics.median(times[1:])}))
    finally:
        for container in made: client.ask("DELETE", f"/v1.44/containers/{container}?force=1")
        if server:
            server.send_signal(signal.SIGTERM)
            server.wait()


if __name__ == "__main__":
    main()
