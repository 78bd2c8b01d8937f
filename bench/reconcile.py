"""Times how projects are kept as they are wanted, from where the containers are: `reconcile.py SIDE PROGRAM [--runs N]
[--services N]`, SIDE `davit` or `docker compose`, which has only the first row. Prints a line of JSON: for each row its
unit and its values. Everything is made in a folder of its own, and removed."""
import hashlib, hmac, http.client, json, os, shutil, signal, statistics, subprocess, sys, tempfile, threading, time

SERVER = "mkdir -p /www; echo VERSION >/www/index.html; exec busybox httpd -f -p 80 -h /www"
CHECK = "{test: [CMD, busybox, wget, -q, -O, /dev/null, 'http://127.0.0.1'], interval: 1s, start_interval: 100ms, start_period: 30s}"
PORT = 18080


def compose(version="one", restart="no", more="", replicas=1):
    ports = f'"127.0.0.1:{PORT}:80"'
    return f"""name: reconciling
services:
  web:
    image: busybox:local
    command: [sh, -c, "{SERVER.replace("VERSION", version)}"]
    restart: "{restart}"
    stop_grace_period: 0s
    healthcheck: {CHECK}
    ports: [{ports}]
{more}"""


class Bench:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def write(self, text, name="compose.yaml"):
        with open(f"{self.folder}/{name}", "w") as file: file.write(text)

    def run(self, *arguments, check=True):
        result = subprocess.run(self.program + list(arguments), cwd=self.folder, capture_output=True, text=True)
        if check and result.returncode: sys.exit(f"{arguments}: {result.returncode}\n{result.stdout}{result.stderr}")
        return result.stdout

    def start(self, *arguments):
        log = open(f"{self.folder}/log", "w")
        return subprocess.Popen(self.program + list(arguments), cwd=self.folder, stdout=log, stderr=log)

    def state(self):
        """(process id, health) of the web server; None while there is none."""
        engine = self.program[:1]
        result = subprocess.run(
            engine + ["inspect", "--format", "{{.State.Pid}} {{.State.Status}} {{with .State.Health}}{{.Status}}{{end}}",
                      "reconciling-web-1"], capture_output=True, text=True)
        words = result.stdout.split()
        if len(words) < 3 or words[1] != "running": return None
        return int(words[0]), words[2]

    def ready(self, other_than=0, seconds=60):
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            state = self.state()
            if state and state[0] != other_than and state[1] == "healthy": return state[0]
            time.sleep(0.005)
        sys.exit(f"it did not get healthy in {seconds} s: {self.run('ps', '-a', check=False)}")


def get():
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read().decode().strip()
    finally: connection.close()


def serves(version, seconds=60):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        try:
            if get() == version: return
        except (OSError, http.client.HTTPException): pass
        time.sleep(0.005)
    sys.exit(f"{version} is not served after {seconds} s")


def kills(bench, runs):
    """Milliseconds from killing the container's program to a healthy one in its place."""
    times = []
    for _ in range(runs + 1):
        pid = bench.ready()
        # A program that has run for a while is started again at once.
        time.sleep(11 if bench.program[0] == "docker" else 1)
        begin = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        bench.ready(other_than=pid)
        times.append((time.perf_counter() - begin) * 1000)
    return times[1:]


def end(process):
    process.send_signal(signal.SIGTERM)
    process.wait()


def killed_by_policy(bench, runs):
    bench.write(compose(restart="always"))
    bench.run("up", "-d")
    times = kills(bench, runs)
    bench.run("down", "-t", "0")
    return times


def killed_reconciled(bench, runs):
    """What fails again soon is left alone for a while, so each time the loop is a new one."""
    bench.write(compose())
    bench.run("up", "-d")
    times = []
    for _ in range(runs + 1):
        loop = bench.start("reconcile", "--interval", "10s")
        time.sleep(1)
        pid = bench.ready()
        begin = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        bench.ready(other_than=pid)
        times.append((time.perf_counter() - begin) * 1000)
        end(loop)
    bench.run("down", "-t", "0")
    return times[1:]


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=bench", "-c", "user.email=bench@localhost", "-C", folder, *arguments], check=True,
        capture_output=True)


def pushed(bench, runs, webhook):
    """Milliseconds from the beginning of `git push` to the first answer of the new version, start-first."""
    bare, clone = f"{bench.folder}/bare", f"{bench.folder}/clone"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main", clone], check=True)
    git(clone, "remote", "add", "origin", bare)
    bench.write("secret of the bench", "secret")
    more = "    deploy: {update_config: {order: start-first}}\n"

    def push(version):
        with open(f"{clone}/compose.yaml", "w") as file: file.write(compose(version, more=more))
        git(clone, "add", "-A")
        git(clone, "commit", "-q", "-m", version)
        begin = time.perf_counter()
        git(clone, "push", "-q", "origin", "main")
        if webhook: tell()
        return begin

    def tell():
        body = json.dumps({"ref": "refs/heads/main"}).encode()
        proof = "sha256=" + hmac.new(b"secret of the bench", body, hashlib.sha256).hexdigest()
        connection = http.client.HTTPConnection("127.0.0.1", PORT + 1, timeout=5)
        connection.request(
            "POST", "/webhook", body,
            {"X-Hub-Signature-256": proof, "X-GitHub-Event": "push", "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202: sys.exit(f"the webhook answers {answer.status}")

    push_without = webhook
    webhook = False
    push("version0")
    webhook = push_without
    flags = ["--listen", f"127.0.0.1:{PORT + 1}", "--webhook-secret-file", f"{bench.folder}/secret"]
    sync = bench.start("sync", bare, "--ref", "main", "--interval", "1h" if webhook else "1s", *flags)
    times = []
    try:
        serves("version0")
        time.sleep(1)
        for number in range(1, runs + 2):
            begin = push(f"version{number}")
            serves(f"version{number}")
            times.append((time.perf_counter() - begin) * 1000)
            # Until the old one is gone.
            time.sleep(1.5)
    finally:
        end(sync)
    bench.run("-p", "reconciling", "down", "-t", "0")
    shutil.rmtree(bare)
    shutil.rmtree(clone)
    return times[1:]


def processor_time(pid):
    """Milliseconds of the process so far (proc_pid_stat(5))."""
    with open(f"/proc/{pid}/stat") as file: fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def idle(bench, count):
    """Milliseconds of processor time of one look at services that are all right, of forty."""
    services = "".join(
        f"  s{i}:\n    image: busybox:local\n    command: [sleep, infinity]\n    stop_grace_period: 0s\n"
        for i in range(count))
    bench.write(f"name: reconciling\nservices:\n{services}")
    bench.run("up", "-d")
    loop = bench.start("reconcile", "--interval", "500ms")
    time.sleep(3)
    before = processor_time(loop.pid)
    time.sleep(20)
    used = processor_time(loop.pid) - before
    end(loop)
    bench.run("down", "-t", "0")
    return used / 40


def rolled_out(bench):
    """(requests, failures) during three roll-outs of a web server of two replicas, start-first."""
    more = """    deploy:
      replicas: 2
      update_config: {order: start-first, parallelism: 1}
"""
    bench.write(compose("version0", more=more))
    bench.run("up", "-d", "--wait")
    stop, counts = threading.Event(), []

    def load():
        good = bad = 0
        while not stop.is_set():
            try:
                good, bad = (good + 1, bad) if get().startswith("version") else (good, bad + 1)
            except (OSError, http.client.HTTPException): bad += 1
        counts.append((good, bad))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads: thread.start()
    for number in (1, 2, 3):
        bench.write(compose(f"version{number}", more=more))
        bench.run("up", "-d", "--wait")
    stop.set()
    for thread in threads: thread.join()
    bench.run("down", "-t", "0")
    return sum(good for good, _ in counts), sum(bad for _, bad in counts)


def main():
    side, program = sys.argv[1], sys.argv[2]
    runs = int(sys.argv[sys.argv.index("--runs") + 1]) if "--runs" in sys.argv else 5
    count = int(sys.argv[sys.argv.index("--services") + 1]) if "--services" in sys.argv else 200
    folder = tempfile.mkdtemp(prefix="davit-bench-reconcile-")
    bench = Bench([program] if side == "davit" else [program, "compose"], folder)
    rows = {}
    try:
        rows["killed to healthy, restart: always"] = ["ms", killed_by_policy(bench, runs)]
        if side == "davit":
            rows["killed to healthy, davit reconcile"] = ["ms", killed_reconciled(bench, runs)]
            rows["git push to served, webhook"] = ["ms", pushed(bench, runs, True)]
            rows["git push to served, --interval 1s"] = ["ms", pushed(bench, runs, False)]
            rows[f"a look at {count} services, processor time"] = ["ms", [idle(bench, count)]]
            requests, failures = rolled_out(bench)
            rows["requests during three roll-outs"] = ["", [requests]]
            rows["of them failed"] = ["", [failures]]
    finally:
        bench.run("down", "-t", "0", check=False)
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({name: [unit, statistics.median(values)] for name, (unit, values) in rows.items()}))


if __name__ == "__main__":
    main()
