"""What a bridge and a published port carry, measured by iperf3 in a container at each end. Told as the time that 10 GB take, so
that less is better, as everywhere else."""
import os, re, shutil, statistics, subprocess

IMAGE, SECONDS, PORT = "iperf3:local", 3, 5301


def make_image(path):
    """iperf3 of this machine with the libraries that it loads."""
    program = shutil.which("iperf3")
    root = f"{path}.root"
    loaded = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    for file in [program] + re.findall(r"(/\S+)", loaded):
        place = f"{root}{file}"
        os.makedirs(os.path.dirname(place), exist_ok=True)
        shutil.copy(file, place)
    os.makedirs(f"{root}/tmp", exist_ok=True)
    subprocess.run(["tar", "-C", root, "-cf", path, "."], check=True)


def rows(davit, sides, work, host, inside, runs):
    """Yields (name, {side: [milliseconds]})."""
    if not shutil.which("iperf3"):
        print("bench: iperf3 is not here: no rows of throughput")
        return
    for folder in {work, host}: make_image(f"{folder}/iperf3.tar")
    programs = {"davit": davit, "docker compose": "docker", "podman-compose": "podman"}
    engines = []

    def call(side, *arguments):
        _, status, output = side.runner.run([programs[side.name], *arguments], "/")
        if status != 0: raise SystemExit(f"bench: {side.name}: {' '.join(arguments)}: exit {status}\n{output}")
        return output

    for side in sides:
        archive = f"{work if side.name == 'davit' else inside}/iperf3.tar"
        call(side, *(["image", "import"] if side.name == "davit" else ["import"]), archive, IMAGE)
        call(side, "network", "create", "bench-net")
        call(side, "run", "-d", "--name", "bench-server", "--network", "bench-net", "-p", f"127.0.0.1:{PORT}:5201", IMAGE,
             "iperf3", "-s")
        address = call(side, "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", "bench-server")
        engines.append((side, address.strip()))

    def rounds(network, target):
        times = {}
        for turn in range(runs + 1):
            for side, address in engines:
                output = call(side, "run", "--rm", "--network", network, IMAGE, "iperf3", "-f", "m", "-t", str(SECONDS),
                              *target(address))
                megabits = float(re.search(r"([\d.]+) Mbits/sec\s+receiver", output)[1])
                if turn: times.setdefault(programs[side.name] if side.name != "davit" else "davit", []).append(80e6 / megabits)
        return times

    try:
        yield "10 GB between containers", rounds("bench-net", lambda address: ["-c", address])
        yield "10 GB to a published port", rounds("host", lambda _: ["-c", "127.0.0.1", "-p", str(PORT)])
    finally:
        for side, _ in engines:
            call(side, "rm", "-f", "bench-server")
            call(side, "network", "rm", "bench-net")
