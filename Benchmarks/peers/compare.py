"""This project and its peers on the same problem files, by turns in one run.

Set up once:  python3 -m venv venv && venv/bin/pip install -r Benchmarks/peers/requirements.txt
Then:         venv/bin/python Benchmarks/peers/compare.py
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass

# Before NumPy is loaded: L-BFGS-B's products are so small that threads only slow the peer down.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from ours import PACKAGE, Ours

PROBLEMS = PACKAGE / "problems"


@dataclass(frozen=True)
class Case:
    problem: str
    horizon: int
    momentum_limit: float = 0.0

    @property
    def file(self):
        return PROBLEMS / f"{self.problem}.json"


CASES = {
    "power-law": Case("power-law", 250),
    "wu2018": Case("wu2018", 250),
    "wu2018-momentum": Case("wu2018", 250, momentum_limit=0.9999),
}
LOW_NOISE = [("low-noise-1e-2", 50), ("low-noise-1e-4", 50), ("low-noise-1e-2", 250), ("low-noise-1e-4", 250)]
LOW_NOISE_LIMITS = {"rate": 1.0, "momentum": 0.99}


def text(value):
    return f"{value:.3g}"


def spread(values):
    """Median, with fastest and slowest where there are several."""
    middle = text(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({text(min(values))}-{text(max(values))})"


def table(heads, rows):
    """Markdown that lines up on a terminal."""
    columns = list(zip(heads, *rows))
    widths = [max(map(len, column)) for column in columns]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths)) + " |" for row in [heads, *rows]]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    print("\n".join(lines) + "\n", flush=True)


def progress(message):
    print(f"compare.py: {message}", file=sys.stderr, flush=True)


def by_turns(rounds, *sides):
    """Runs every side once per round; a list of results for every side."""
    results = [[] for _ in sides]
    for _ in range(rounds):
        for side, result in zip(sides, results):
            result.append(side())
    return results


def compare_curves(ours, rounds):
    from jax_peer import JaxPeer
    from quadratic import read

    rows = []
    for problem, uses_momentum in [("power-law", False), ("power-law", True)]:
        case = CASES[problem]
        progress(f"loss curve, {'heavy ball' if uses_momentum else 'SGD'}")
        peer = JaxPeer(read(case.file), case.horizon, uses_momentum)
        mine, theirs = by_turns(
            max(rounds, 3),
            lambda: ours.curve_nanoseconds(case.file, case.horizon, uses_momentum),
            peer.curve_nanoseconds,
        )
        ratio = statistics.median(mine) / statistics.median(theirs)
        rows.append(
            ["heavy ball" if uses_momentum else "SGD", spread(mine), spread(theirs), text(ratio)]
        )
    print("Loss curve, 1000 directions, 250 steps: nanoseconds per direction and step\n")
    table(["method", "ours", "JAX", "ours/JAX"], rows)


def compare_solves(ours, names, rounds):
    from jax_peer import JaxPeer
    from quadratic import read

    rows = []
    for name in names:
        case = CASES[name]
        quadratic = read(case.file)
        progress(f"{name}: compiling")
        peer = JaxPeer(quadratic, case.horizon, case.momentum_limit > 0)
        progress(f"{name}: {rounds} rounds")
        mine, theirs = by_turns(
            rounds,
            lambda: ours.solve(case.file, case.horizon, "--momentum-limit", case.momentum_limit),
            peer.solve,
        )
        rows.append(
            row(
                name,
                [report["seconds"] for report in mine],
                min(report["finalLoss"] for report in mine),
                "JAX, L-BFGS-B" + ("" if theirs[0][3] else " *"),
                [result[0] for result in theirs],
                min(quadratic.final_loss(result[1], result[2]) for result in theirs),
            )
        )
    print_solves(rows)


def compare_ipopt(ours, rounds):
    import ipopt_peer
    from quadratic import read

    case = CASES["power-law"]
    quadratic = read(case.file)
    progress("power-law: IPOPT, about half a minute a round")
    mine, theirs = by_turns(
        rounds,
        lambda: ours.solve(case.file, case.horizon),
        lambda: ipopt_peer.solve(quadratic, case.horizon),
    )
    zeros = [0.0] * case.horizon
    print_solves(
        [
            row(
                "power-law",
                [report["seconds"] for report in mine],
                min(report["finalLoss"] for report in mine),
                "CasADi, IPOPT" + ("" if theirs[0][2] == "Solve_Succeeded" else " *"),
                [result[0] for result in theirs],
                min(quadratic.final_loss(result[1], zeros) for result in theirs),
            )
        ]
    )


def row(case, mine, my_loss, peer, theirs, their_loss):
    ratio = statistics.median(mine) / statistics.median(theirs)
    return [
        case, peer, spread(mine), spread(theirs), text(ratio),
        f"{my_loss:.10g}", f"{their_loss:.10g}", f"{my_loss / their_loss - 1:+.1e}",
    ]


def print_solves(rows):
    print("Best schedule for 250 steps: seconds, and the final loss it reaches\n")
    table(
        ["case", "peer", "ours, s", "peer, s", "ours/peer", "our loss", "peer's loss", "ours/peer - 1"], rows
    )
    if any(r[1].endswith("*") for r in rows):
        print("* stopped at its iteration limit or without progress\n")


def compare_low_noise(ours, long, count, seed):
    import cma_peer
    from jax_peer import JaxPeer
    from quadratic import read
    from starts import random_starts, write

    rate, momentum = LOW_NOISE_LIMITS["rate"], LOW_NOISE_LIMITS["momentum"]
    rows = []
    for problem, horizon in LOW_NOISE:
        if horizon > 50 and not long:
            continue
        case = Case(problem, horizon, momentum)
        quadratic = read(case.file)
        starts = random_starts(count, horizon, rate, momentum, seed)
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "starts.json")
            write(path, starts)
            progress(f"{problem}, {horizon} steps: ours from {count} starts")
            report = ours.solve(
                case.file, horizon, "--learning-rate-limit", rate, "--momentum-limit", momentum,
                "--starts", count, "--start-file", path,
            )
        mine = [s["finalLoss"] for s in report["starts"] if s["name"].startswith("additional-")]
        peer = JaxPeer(quadratic, horizon, True, rate_limit=rate, momentum_limit=momentum)
        progress(f"{problem}, {horizon} steps: L-BFGS-B from the same starts")
        begin = time.perf_counter()
        found = [peer.solve([*rates, *momenta]) for rates, momenta in starts]
        seconds = time.perf_counter() - begin
        theirs = [quadratic.final_loss(rates, momenta) for _, rates, momenta, _ in found]
        best, their_best = report["finalLoss"], min(theirs)
        progress(f"{problem}, {horizon} steps: CMA-ES for as many seconds as L-BFGS-B")
        evolved = quadratic.final_loss(*cma_peer.lowest(peer, starts, seconds, seed))
        # The table comes at the end, many minutes later with --long.
        progress(f"{problem}, {horizon} steps: ours {best:.10g}, {report['seconds']:.3g} s; "
                 f"L-BFGS-B {their_best:.10g}, {seconds:.3g} s")
        wins = sum(a <= b * (1 + 1e-9) for a, b in zip(mine, theirs))
        rows.append(
            [
                problem, str(horizon), text(report["seconds"]), text(seconds),
                text(report["seconds"] / seconds), f"{best:.10g}", f"{min(mine):.10g}", f"{their_best:.10g}",
                f"{best / their_best - 1:+.1e}",
                "yes" if best <= their_best * (1 + 1e-9) else "NO", f"{wins} of {count}", f"{evolved:.10g}",
            ]
        )
    print(
        f"Low noise, {count} starting schedules that both are given (seed {seed}); ours has as many of its own besides\n"
        "and also searches around the best. Seconds for all of them; CMA-ES has as many as L-BFGS-B took.\n"
    )
    table(
        [
            "problem", "steps", "ours, s", "peer, s", "ours/peer", "our lowest", "from those starts",
            "peer's lowest", "ours/peer - 1", "ours <= peer", "starts won or even", "CMA-ES's lowest",
        ],
        rows,
    )


def compare_networks(ours, rounds):
    from jax_network import JaxNetwork

    progress("network: compiling")
    peer = JaxNetwork()
    progress(f"network: {max(rounds, 5)} rounds")
    sides = by_turns(
        max(rounds, 5),
        lambda: ours.network_microseconds(False),
        peer.step_microseconds,
        lambda: ours.network_microseconds(True),
        peer.hypergradient_microseconds,
    )
    rows = [
        [name, spread(mine), spread(theirs), text(statistics.median(mine) / statistics.median(theirs))]
        for name, mine, theirs in [("step", *sides[:2]), ("step with two hypergradients", *sides[2:])]
    ]
    ratios = [statistics.median(sides[k + 2]) / statistics.median(sides[k]) for k in (0, 1)]
    rows.append(["ratio of the two", text(ratios[0]), text(ratios[1]), ""])
    print("Training step of 784-100-100-10 on 100 images, heavy ball, float: microseconds\n")
    table(["step", "ours", "JAX", "ours/JAX"], rows)


def arguments():
    parser = argparse.ArgumentParser(
        description="Times this project and its peers (JAX with SciPy's L-BFGS-B, CMA-ES, CasADi with IPOPT) on the same "
        "problems, by turns in one run, and prints ratios: below 1, ours is faster or lower."
    )
    choices = ["curve", *CASES, "low-noise", "network", "casadi"]
    parser.add_argument(
        "cases", nargs="*", metavar="case",
        help=f"what to compare, of {', '.join(choices)}; without any all but casadi, which takes minutes",
    )
    parser.add_argument("--rounds", type=int, default=3, help="turns of every side, except low-noise (default: 3)")
    parser.add_argument("--long", action="store_true", help="low-noise also with 250 steps: many minutes")
    parser.add_argument("--starts", type=int, default=24, help="starting schedules of low-noise (default: 24)")
    parser.add_argument("--seed", type=int, default=0, help="of the starting schedules (default: 0)")
    parser.add_argument("--binary", help="the benchmarks program, if it need not be built")
    given = parser.parse_args()
    for case in given.cases:
        if case not in choices:
            parser.error(f"{case} is no case, expected one of {', '.join(choices)}")
    for name in ("rounds", "starts"):
        if getattr(given, name) < 1:
            parser.error(f"--{name} is {getattr(given, name)}, expected at least 1")
    given.cases = given.cases or [c for c in choices if c != "casadi"]
    return given


def main():
    given = arguments()
    ours = Ours(given.binary)
    try:
        if "curve" in given.cases:
            compare_curves(ours, given.rounds)
        solves = [name for name in CASES if name in given.cases]
        if solves:
            compare_solves(ours, solves, given.rounds)
        if "low-noise" in given.cases:
            compare_low_noise(ours, given.long, given.starts, given.seed)
        if "network" in given.cases:
            compare_networks(ours, given.rounds)
        if "casadi" in given.cases:
            compare_ipopt(ours, given.rounds)
    except ModuleNotFoundError as error:
        raise SystemExit(
            f"compare.py: the module {error.name} is missing, "
            "expected what Benchmarks/peers/requirements.txt lists (pip install -r)"
        )
    except KeyboardInterrupt:
        raise SystemExit(130)


if __name__ == "__main__":
    main()
