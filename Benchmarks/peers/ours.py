"""This project's side: the `benchmarks` program, one process per measurement."""

import json
import subprocess
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


class Ours:
    def __init__(self, binary=None):
        self.binary = Path(binary) if binary else self._build()
        if not self.binary.is_file():
            raise SystemExit(f"compare.py: --binary is {self.binary}, expected the benchmarks program")

    @staticmethod
    def _build():
        command = ["swift", "build", "-c", "release", "--package-path", str(PACKAGE), "--product", "benchmarks"]
        try:
            build = subprocess.run(command, capture_output=True, text=True)
            place = subprocess.run(command + ["--show-bin-path"], capture_output=True, text=True)
        except FileNotFoundError:
            raise SystemExit("compare.py: swift is not on the path, expected it there or --binary")
        if build.returncode != 0:
            raise SystemExit("compare.py: " + (build.stderr.strip() or build.stdout.strip()).splitlines()[-1])
        return Path(place.stdout.strip()) / "benchmarks"

    def _run(self, command, *options):
        done = subprocess.run([str(o) for o in (self.binary, command, *options)], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit("compare.py: " + (done.stderr.strip() or "benchmarks was ended by a signal"))
        return json.loads(done.stdout)

    def solve(self, problem, horizon, *options):
        """The report of one solve: seconds, finalLoss, starts."""
        return self._run("solve", "--problem", problem, "--horizon", horizon, *options)

    def curve_nanoseconds(self, problem, horizon, uses_momentum):
        """Nanoseconds per coordinate and step of the loss curve."""
        options = ["--momentum"] if uses_momentum else []
        return self._run("curve", "--problem", problem, "--horizon", horizon, *options)["nanoseconds"]

    def network_microseconds(self, hypergradient):
        """Microseconds of a network's training step, or of one with both hypergradients."""
        return self._run("network", *(["--hypergradient"] if hypergradient else []))["microseconds"]
