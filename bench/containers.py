"""Single containers: what one start, one exec and 200 MB of log cost, next to the engines and runtimes that are installed.
Every side runs in turn within a round; the first round warms up."""
import json, os, shutil, statistics, subprocess, time

LINE = "0123456789" * 10
BYTES = 200_000_000
SCRIPT = f"yes {LINE} | head -c {BYTES}"
SETTLE = 0.2


class Contender:
    """A program that runs containers: how it is called for each piece of work."""

    def __init__(self, name, runner, folder):
        self.name, self.runner, self.folder = name, runner, folder

    def run(self, arguments, check=True, folder=None):
        seconds, status, output = self.runner.run(arguments, folder or self.folder)
        if check and status != 0:
            raise SystemExit(f"bench: {self.name}: {' '.join(arguments)}: exit {status}\n{output}")
        return seconds * 1000


class Engine(Contender):
    def __init__(self, name, runner, folder, program):
        super().__init__(name, runner, folder)
        self.program = program

    def start(self, network):
        return [self.program, "run", "--rm"] + (["--network", "none"] if not network else []) + ["busybox:local", "true"]

    def before_exec(self):
        self.run([self.program, "run", "-d", "--name", "bench", "--network", "none", "busybox:local", "sleep", "600"])

    def exec(self): return [self.program, "exec", "bench", "true"]

    def log(self):
        return ["sh", "-c", f"{self.program} run -d --name bench --network none busybox:local sh -c '{SCRIPT}'"
                f" && {self.program} wait bench"]

    def after(self): self.run([self.program, "rm", "-f", "bench"], check=False)


class Runtime(Contender):
    """runc, crun: a bundle and no images."""

    def __init__(self, name, runner, folder):
        super().__init__(name, runner, f"{folder}/bundle")
        self.run(["sh", "-c", f"""set -e; rm -rf {self.folder}; mkdir -p {self.folder}/rootfs/bin; cd {self.folder}
          cp "$(command -v busybox)" rootfs/bin/busybox; for a in sh true yes head; do ln -s busybox rootfs/bin/$a; done
          {name} spec; sed -i -e 's/"sh"$/"true"/' -e 's/"terminal": true/"terminal": false/' config.json"""], folder="/")

    def start(self, network): return None if network else [self.name, "run", f"bench-{self.name}"]


class Floor(Runtime):
    """What the kernel alone takes for the same namespaces (unshare(1)), and for the same bytes through a pipe."""

    def __init__(self, runner, folder):
        Contender.__init__(self, "floor", runner, f"{folder}/bundle")
        self.run(["sh", "-c", f"""set -e; rm -rf {self.folder}; mkdir -p {self.folder}/rootfs/bin
          cp "$(command -v busybox)" {self.folder}/rootfs/bin/busybox; ln -s busybox {self.folder}/rootfs/bin/true"""], folder="/")

    def start(self, network):
        return None if network else [
            "unshare", "--mount", "--pid", "--fork", "--net", "--ipc", "--uts", "--cgroup", "chroot", "rootfs", "/bin/true"]

    def log(self): return ["sh", "-c", f"busybox {SCRIPT.replace('| ', '| busybox ')} | busybox cat >/dev/null"]


def contenders(davit, sides, peer, folder, make_runner):
    """`sides` are those that the compose figures have: their runners live where their programs do."""
    found = []
    for side in sides:
        program = {"davit": davit, "docker compose": "docker", "podman-compose": "podman"}[side.name]
        found.append(Engine({"docker compose": "docker", "podman-compose": "podman"}.get(side.name, "davit"),
                            side.runner, "/", program))
    for name in ("runc", "crun"):
        if subprocess.run(peer + [name, "--version"], capture_output=True).returncode == 0:
            found.append(Runtime(name, make_runner(), f"{folder}/{name}"))
    found.append(Floor(make_runner(), f"{folder}/unshare"))
    return found


def rows(found, runs):
    """Yields (name, {side: [milliseconds]})."""
    def rounds(command, before=None, after=None, repeat=runs):
        times = {}
        for turn in range(repeat + 1):
            for side in found:
                arguments = command(side)
                if arguments is None: continue
                if before: before(side)
                time.sleep(SETTLE)
                spent = side.run(arguments)
                if after: after(side)
                if turn: times.setdefault(side.name, []).append(spent)
        return times

    clean = lambda side: side.after() if isinstance(side, Engine) else None
    yield "run --rm true, no network", rounds(lambda side: side.start(False))
    yield "run --rm true, bridge", rounds(lambda side: side.start(True))
    yield "exec true", rounds(
        lambda side: side.exec() if isinstance(side, Engine) else None, before=lambda side: side.before_exec(), after=clean)
    yield "log of 200 MB in lines", rounds(
        lambda side: side.log() if hasattr(side, "log") else None, after=clean, repeat=3)
