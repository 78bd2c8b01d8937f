"""The images' rows: pull, load, save and import of an image of five layers and 300 MB, each contender in turn in one run.
Layers hold what is in this machine's /usr, so that they compress as real ones do; every contender gets the same files."""
import hashlib, json, os, shutil, subprocess, sys, tarfile, time, zlib

LAYERS, BYTES = 5, 60_000_000
PORT = 45123
NAME = f"127.0.0.1:{PORT}/bench/image:1"


def source_files():
    for folder, folders, names in os.walk("/usr"):
        folders.sort()
        for name in sorted(names):
            path = f"{folder}/{name}"
            if os.path.isfile(path) and not os.path.islink(path): yield path


def make(folder):
    """An image layout `folder/layout`, and all of its files as one plain tar, `folder/root.tar`."""
    os.makedirs(f"{folder}/layout/blobs/sha256")

    def put(data):
        digest = hashlib.sha256(data).hexdigest()
        with open(f"{folder}/layout/blobs/sha256/{digest}", "wb") as file: file.write(data)
        return {"digest": f"sha256:{digest}", "size": len(data)}

    kind = "application/vnd.oci.image."
    files = source_files()
    layers, diffs = [], []
    with tarfile.open(f"{folder}/root.tar", "w") as whole:
        for number in range(LAYERS):
            plain = f"{folder}/layer.tar"
            with tarfile.open(plain, "w") as tar:
                size = 0
                while size < BYTES:
                    path = next(files)
                    for archive in (tar, whole): archive.add(path, f"layer{number}{path}", recursive=False)
                    size += os.path.getsize(path)
            with open(plain, "rb") as file: data = file.read()
            os.unlink(plain)
            diffs.append(f"sha256:{hashlib.sha256(data).hexdigest()}")
            packer = zlib.compressobj(6, zlib.DEFLATED, 31)
            layers.append({**put(packer.compress(data) + packer.flush()), "mediaType": kind + "layer.v1.tar+gzip"})
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    config = {**put(json.dumps({
        "architecture": machine, "os": "linux", "config": {"Cmd": ["true"]},
        "rootfs": {"type": "layers", "diff_ids": diffs}}).encode()), "mediaType": kind + "config.v1+json"}
    manifest = {**put(json.dumps({
        "schemaVersion": 2, "mediaType": kind + "manifest.v1+json", "config": config, "layers": layers}).encode()),
        "mediaType": kind + "manifest.v1+json"}
    with open(f"{folder}/layout/index.json", "w") as file: json.dump({"schemaVersion": 2, "manifests": [manifest]}, file)
    with open(f"{folder}/layout/oci-layout", "w") as file: json.dump({"imageLayoutVersion": "1.0.0"}, file)


class Contender:
    """A name, a runner that executes commands where it lives, what brings other programs there, and its commands."""

    def __init__(self, name, runner, where, folder, commands):
        self.name, self.runner, self.where, self.folder, self.commands = name, runner, where, folder, commands

    def run(self, what, check=True):
        """Seconds, or nothing where the contender has no such command."""
        if what not in self.commands: return None
        arguments = [word.replace("@", self.folder) for word in self.commands[what]]
        seconds, status, output = self.runner.run(arguments, self.folder)
        if check and status != 0: sys.exit(f"bench: {self.name}: {' '.join(arguments)}: exit {status}\n{output}")
        return seconds


def docker_like(program, *pull):
    return {
        "pull": [program, "pull", "-q", *pull, NAME], "rmi": [program, "rmi", "-f", NAME],
        "load": [program, "load", "-q", "-i", "@/archive.tar"], "save": [program, "save", "-o", "@/saved.tar", NAME],
        "import": [program, "import", "@/root.tar", "bench-imported:1"],
        "unimport": [program, "rmi", "-f", "bench-imported:1"], "unsave": ["rm", "-f", "@/saved.tar"]}


def rows(davit, local, prefix, host, inside, runs, runner_type, here):
    """Yields (name, {contender: [milliseconds]}). `local` is the runner where davit lives."""
    host_folder, inside_folder = f"{host}/images", f"{inside}/images"
    servers, runners = [], []
    try:
        make(host_folder)
        enter = ["nsenter", "-t", str(local.process.pid), "-n", "--"]
        contenders = [Contender("davit", local, enter, host_folder, docker_like(davit))]
        skopeo = {
            "pull": ["skopeo", "--insecure-policy", "copy", "-q", "--src-tls-verify=false", f"docker://{NAME}",
                     "oci:@/copied:1"],
            "rmi": ["rm", "-rf", "@/copied"]}
        for name, commands in (
                ("docker", docker_like("docker")), ("podman", docker_like("podman", "--tls-verify=false")),
                ("skopeo copy", skopeo)):
            where = prefix + (["in-podman"] if prefix and name == "podman" else [])
            if subprocess.run(where + [commands["pull"][0], "--version"], capture_output=True).returncode:
                print(f"bench: {name} is not here, left out", file=sys.stderr)
                continue
            runner = runner_type(where, inside if prefix else here, {})
            runners.append(runner)
            contenders.append(Contender(name, runner, where, inside_folder, commands))
        shutil.copy(f"{here}/registry.py", f"{host_folder}/registry.py")
        for contender in contenders:
            serve = ["python3", f"{contender.folder}/registry.py", f"{contender.folder}/layout", str(PORT)]
            servers.append(subprocess.Popen(contender.where + serve, stdin=subprocess.PIPE))
        time.sleep(1)

        def rounds(what, before=(), after=()):
            times = {}
            for turn in range(runs + 1):
                for contender in contenders:
                    for step in before: contender.run(step, check=False)
                    os.sync()
                    seconds = contender.run(what)
                    for step in after: contender.run(step, check=False)
                    if turn and seconds is not None: times.setdefault(contender.name, []).append(seconds * 1000)
            return times

        yield "pull, 5 layers, 300 MB", rounds("pull", before=["rmi"])
        yield "save", rounds("save", after=["unsave"])
        # One archive for everybody: what docker itself writes, where it is here.
        saver = next((c for c in contenders if c.name == "docker"), contenders[0])
        saver.run("save")
        os.rename(f"{host_folder}/saved.tar", f"{host_folder}/archive.tar")
        yield "load", rounds("load", before=["rmi"])
        for contender in contenders: contender.run("rmi", check=False)
        yield "import", rounds("import", before=["unimport"])
        for contender in contenders: contender.run("unimport", check=False)
    finally:
        for server in servers:
            server.stdin.close()
            server.wait()
        for runner in runners: runner.close()
        shutil.rmtree(host_folder, ignore_errors=True)
