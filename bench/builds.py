"""Rows about builds: Davit next to `docker build` (BuildKit), Docker's classic builder and `buildah bud`, each where it is
installed. A cold build has no cache of its steps (`--no-cache`); every side builds from the same base image. A peer that
cannot build is left out of the row, and why is said."""
import os, resource, subprocess, sys, time

FIVE = """FROM busybox:local
RUN echo one >/one
COPY a.txt /a.txt
RUN cat /a.txt >/two
WORKDIR /srv/app
RUN echo three >three
"""
TEN = "".join(f"FROM busybox:local AS s{i}\nRUN i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo {i} >/out{i}\n"
              for i in range(10)) + "FROM busybox:local\n" + "".join(f"COPY --from=s{i} /out{i} /\n" for i in range(10))


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def contexts(folder):
    """The folders that are built. What changes them is `touch`, below."""
    write(f"{folder}/build-five/Dockerfile", FIVE)
    write(f"{folder}/build-five/a.txt", "hello\n")
    write(f"{folder}/build-ten/Dockerfile", TEN)
    write(f"{folder}/build-many/Dockerfile", "FROM busybox:local\nCOPY . /app\n")
    for i in range(100):
        for j in range(100):
            write(f"{folder}/build-many/d{i}/f{j}.txt", f"file {i} {j}\n" * 10)


class Builder:
    def __init__(self, name, runner, command, folder, host):
        self.name, self.runner, self.command, self.folder, self.host = name, runner, command, folder, host

    def build(self, context, *options):
        """Milliseconds."""
        argv = self.command + list(options) + ["-t", f"bench-{context}", f"{self.folder}/{context}"]
        seconds, status, output = self.runner.run(argv, "/")
        if status != 0: raise CannotBuild(f"{' '.join(argv)}: exit {status}: {output.strip()}")
        return seconds * 1000


class CannotBuild(Exception):
    pass


def own_limits():
    """buildah gives containers higher limits than root may have everywhere: here they keep those of this process."""
    kinds = (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC))
    hard = [(name, resource.getrlimit(kind)[1]) for name, kind in kinds]
    return [f"--ulimit={name}={limit}:{limit}" for name, limit in hard if limit != resource.RLIM_INFINITY]


def builders(davit, runner, peer, host, inside, work, Runner, here):
    """Davit first. The peers get the base image from Davit's own archive."""
    found = [Builder("davit", runner, [davit, "build", "-q", "--network=none"], work, work)]
    archive = f"{host}/busybox-local.tar"
    _, status, output = runner.run([davit, "image", "save", "-o", archive, "busybox:local"], "/")
    if status != 0:
        raise SystemExit(f"bench: saving the base image: {output}")
    tools = [
        ("docker build", ["docker"], ["docker", "build", "-q", "--network=none"], ["docker", "load", "-i"]),
        ("docker build, classic", ["docker"], ["env", "DOCKER_BUILDKIT=0", "docker", "build", "-q", "--network=none"],
         ["docker", "load", "-i"]),
        ("buildah bud", ["buildah"], ["buildah", "bud", "-q", "--layers", "--network=none", *own_limits()],
         ["buildah", "pull"]),
    ]
    for name, tool, command, load in tools:
        prefix = peer + (["in-podman"] if peer and tool == ["buildah"] else [])
        if subprocess.run(prefix + tool + ["version"], capture_output=True).returncode != 0:
            continue
        source = f"{inside}/busybox-local.tar"
        loaded = subprocess.run(
            prefix + load + [f"docker-archive:{source}" if tool == ["buildah"] else source], capture_output=True)
        if loaded.returncode != 0:
            continue
        found.append(Builder(name, Runner(prefix, inside if peer else here, {}), command, inside, host))
    return found


def rows(davit, runner, peer, host, inside, work, runs, Runner, here):
    for folder in {work, host}:
        contexts(folder)
    # A file that is as new as the clock may change again unseen: contexts are never that new.
    time.sleep(0.5)
    sides = builders(davit, runner, peer, host, inside, work, Runner, here)

    def rounds(context, *options, before=None, repeat=runs):
        times = {side.name: [] for side in sides}
        for turn in range(repeat + 1):
            for side in sides:
                if side.name not in times: continue
                if before:
                    before(side, turn)
                    time.sleep(0.2)
                try:
                    milliseconds = side.build(context, *options)
                except CannotBuild as reason:
                    if side is sides[0]: raise SystemExit(f"bench: {side.name}: {reason}")
                    print(f"bench: {side.name} cannot run here: {reason}", file=sys.stderr)
                    del times[side.name]
                    continue
                if turn: times[side.name].append(milliseconds)  # the first round warms up
        return times

    def touch(side, turn):
        write(f"{side.host}/build-many/d50/f50.txt", f"{side.name} {turn} {time.time()}\n")

    try:
        yield "build, 5 steps, cold", rounds("build-five", "--no-cache")
        yield "build, 5 steps, cached", rounds("build-five")
        yield "build, 10,000 files, cold", rounds("build-many", "--no-cache", repeat=max(2, runs // 3))
        yield "build, 10,000 files, unchanged", rounds("build-many")
        yield "build, 10,000 files, one changed", rounds("build-many", before=touch, repeat=max(2, runs // 3))
        yield "build, 10 stages, cold", rounds("build-ten", "--no-cache", repeat=max(3, runs // 2))
    finally:
        for side in sides[1:]:
            side.runner.close()
