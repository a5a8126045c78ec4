"""Runs the scripts of exported schedules with the real optimizers.

    check.py [--require pytorch,optax,mlx] [--problem FILE] EXPORT...

EXPORT is a directory that a program of this package wrote with --export. On a quadratic with noise, the script of
every framework must take the same path as the schedule's own update rule, which this file states once more. With
--problem, a problem file without noise whose curvature and initialSecondMoment are arrays, the run must also end at
the final loss that the library computed. A framework that is not installed is skipped, unless --require names it.
"""

import argparse
import contextlib
import importlib
import importlib.util
import io
import json
import math
import sys
from pathlib import Path

import numpy as np

DIMENSION = 5
# Of the largest parameter on the path. MLX keeps learning rates in single precision.
TOLERANCES = {"pytorch": 1e-12, "optax": 1e-12, "mlx": 1e-6}
MODULES = {"pytorch": "torch", "optax": "optax", "mlx": "mlx.optimizers"}


def own_path(schedule, gradient, start):
    """The parameters after every step, by the rule of the schedule's convention."""
    convention = schedule["momentumConvention"]
    nesterov = convention.endswith("-nesterov")
    x, v, is_empty, path = start.copy(), np.zeros_like(start), True, []
    for step, (rate, momentum) in enumerate(zip(schedule["learningRate"], schedule["momentum"])):
        g = gradient(step, x)
        if convention.startswith("velocity"):
            v = momentum * v - rate * g
            x = x + (momentum * v - rate * g if nesterov else v)
        elif convention == "normalized":
            v = momentum * v + (1 - momentum) * g
            x = x - rate * v
        elif convention.startswith("pytorch") and momentum == 0:
            x = x - rate * g
        else:
            v = g if is_empty else momentum * v + g
            is_empty = False
            x = x - rate * (g + momentum * v if nesterov else v)
        path.append(x)
    return np.array(path)


def run_pytorch(script, gradient, start):
    import torch

    x = torch.nn.Parameter(torch.tensor(start))
    optimizer, path = script.make_optimizer([x]), []
    for step in range(len(script.LEARNING_RATES)):
        script.set_step(optimizer, step)
        x.grad = torch.tensor(gradient(step, x.detach().numpy()))
        optimizer.step()
        path.append(x.detach().numpy().copy())
    return np.array(path)


def run_optax(script, gradient, start):
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import optax

    optimizer, path = script.make_optimizer(), []
    x = jnp.asarray(start)
    state = optimizer.init(x)

    @jax.jit
    def update(g, x, state):
        updates, state = optimizer.update(g, state, x)
        return optax.apply_updates(x, updates), state

    for step in range(len(script.LEARNING_RATES)):
        x, state = update(jnp.asarray(gradient(step, np.asarray(x))), x, state)
        path.append(np.asarray(x))
    return np.array(path)


def run_mlx(script, gradient, start):
    import mlx.core as mx

    mx.set_default_device(mx.cpu)
    optimizer, path = script.make_optimizer(), []
    x = mx.array(start, dtype=mx.float64)
    for step in range(len(script.LEARNING_RATES)):
        script.set_step(optimizer, step)
        g = mx.array(gradient(step, np.array(x)), dtype=mx.float64)
        x = optimizer.apply_gradients({"x": g}, {"x": x})["x"]
        mx.eval(x, optimizer.state)
        path.append(np.array(x))
    return np.array(path)


RUNNERS = {"pytorch": run_pytorch, "optax": run_optax, "mlx": run_mlx}


def load(path):
    """The script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def is_installed(framework):
    try:
        importlib.import_module(MODULES[framework])
    except ImportError:
        return False
    return True


def noisy_quadratic(schedule):
    """A gradient with noise, and a start. The largest rate is stable in every direction."""
    random = np.random.default_rng(15)
    curvature = np.geomspace(0.01, 1, DIMENSION) / (max(schedule["learningRate"]) or 1)
    noise = random.normal(size=(len(schedule["learningRate"]), DIMENSION)) * 0.1 * curvature
    return (lambda step, x: curvature * x + noise[step]), random.normal(size=DIMENSION)


def final_loss(problem, run):
    """The loss at the end of a run of a problem without noise."""
    curvature, moment = np.array(problem["curvature"]), np.array(problem["initialSecondMoment"])
    assert np.all(np.array(problem["gradientNoise"]) == 0), "the problem has noise"
    end = run(lambda step, x: curvature * x, np.sqrt(moment))[-1]
    return 0.5 * float(np.sum(np.array(problem.get("multiplicity", 1)) * curvature * end**2))


def check(directory, framework, problem):
    """One line on a framework's run, and whether it is right."""
    schedule = json.loads((directory / "schedule.json").read_text())
    script = load(directory / f"schedule_{framework}.py")

    def run(gradient, start):
        return RUNNERS[framework](script, gradient, start)

    quadratic = noisy_quadratic(schedule)
    expected = own_path(schedule, *quadratic)
    error = np.abs(run(*quadratic) - expected).max() / np.abs(expected).max()
    tolerance = TOLERANCES[framework]
    line, is_right = f"path {error:.1e} off, at most {tolerance:.0e}", error <= tolerance
    if problem:
        known = schedule["provenance"]["finalLoss"]
        error = abs(final_loss(problem, run) / known - 1)
        line += f"; final loss {known:.10g}, {error:.1e} off"
        is_right = is_right and error <= 10 * tolerance
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        script.main()
    losses = [float(text.split()[-1]) for text in said.getvalue().splitlines()]
    line += f"; its example goes from {losses[0]:.3g} to {losses[1]:.3g}"
    return line, is_right and all(map(math.isfinite, losses))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--require", default="", help="frameworks that must be installed, separated by commas")
    parser.add_argument("--problem", type=Path, help="the problem file that the schedules were computed for")
    parser.add_argument("exports", nargs="+", type=Path)
    arguments = parser.parse_args()
    required = set(filter(None, arguments.require.split(",")))
    problem = json.loads(arguments.problem.read_text()) if arguments.problem else None
    for directory in arguments.exports:
        if not (directory / "schedule.json").is_file():
            parser.error(f"{directory} has no schedule.json, expected a directory of --export")
    failures = sorted(f"{name} is not a framework" for name in required - RUNNERS.keys())
    for framework in RUNNERS:
        if not is_installed(framework):
            print(f"{framework}: not installed, skipped")
            if framework in required:
                failures.append(f"{framework} is not installed")
            continue
        for directory in arguments.exports:
            if not (directory / f"schedule_{framework}.py").is_file():
                failures.append(f"{framework} {directory.name} has no script")
                continue
            line, is_right = check(directory, framework, problem)
            print(f"{framework} {directory.name}: {line}")
            if not is_right:
                failures.append(f"{framework} {directory.name} is wrong")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
