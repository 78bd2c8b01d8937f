"""Runs commands and times them from outside, where they live: a small process that is started once per side, so that
entering its namespaces is not part of any figure. Asked and answered in lines of JSON."""
import json, os, signal, subprocess, sys, time


class Runner:
    """The asking side."""

    def __init__(self, prefix, folder, environment, before=None):
        self.process = subprocess.Popen(
            prefix + ["python3", f"{folder}/runner.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **environment} if environment else None)
        if before: self.run(before, "/")

    def run(self, argv, directory):
        """(seconds, exit status, output)"""
        self.process.stdin.write(json.dumps({"argv": argv, "directory": directory}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["seconds"], answer["status"], answer["output"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def serve():
    for line in sys.stdin:
        request = json.loads(line)
        os.chdir(request["directory"])
        with open(f"/tmp/davit-bench-{os.getpid()}.out", "w+") as out:
            actions = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, out.fileno(), 2)]
            start = time.perf_counter()
            # Python ignores SIGPIPE, and a writer that inherits that may never end.
            child = os.posix_spawnp(
                request["argv"][0], request["argv"], os.environ, file_actions=actions, setsigdef=[signal.SIGPIPE])
            _, status = os.waitpid(child, 0)
            seconds = time.perf_counter() - start
            out.seek(0)
            output = out.read()[-2000:]
        os.unlink(out.name)
        print(json.dumps({"seconds": seconds, "status": os.waitstatus_to_exitcode(status), "output": output}), flush=True)


if __name__ == "__main__":
    serve()
