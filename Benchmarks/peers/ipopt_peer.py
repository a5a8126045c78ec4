"""The schedule as a nonlinear program in CasADi, with every step's moments as variables, solved by IPOPT.

Without momentum. IPOPT has exact first and second derivatives from CasADi.
"""

import time

import casadi
import numpy as np


def solve(quadratic, horizon):
    """Seconds, rates, and IPOPT's own word for how it ended. Setting up the program counts, as it must be done."""
    d, cap = quadratic.dimension, quadratic.rate_cap()
    h, c = casadi.DM(quadratic.curvature), casadi.DM(quadratic.noise)
    begin = time.perf_counter()

    moment, rate = casadi.MX.sym("moment", d), casadi.MX.sym("rate")
    after = (1 - rate * h) ** 2 * moment + rate**2 * c
    step = casadi.Function("step", [moment, rate], [after])
    rates = casadi.MX.sym("rates", 1, horizon)
    moments = casadi.MX.sym("moments", d, horizon)
    before = casadi.horzcat(casadi.DM(quadratic.moment), moments[:, : horizon - 1])
    program = {
        "x": casadi.vertcat(casadi.vec(rates), casadi.vec(moments)),
        "f": casadi.dot(casadi.DM(quadratic.multiplicity * quadratic.curvature / 2), moments[:, horizon - 1]),
        "g": casadi.vec(moments - step.map(horizon)(before, rates)),
    }
    options = {"print_time": False, "ipopt": {"print_level": 0, "sb": "yes", "tol": 1e-10}}
    solver = casadi.nlpsol("schedule", "ipopt", program, options)

    # The start is a run at a tenth of the limit, so that it satisfies every constraint.
    path = [quadratic.moment]
    for _ in range(horizon):
        path.append((1 - 0.1 * cap * quadratic.curvature) ** 2 * path[-1] + (0.1 * cap) ** 2 * quadratic.noise)
    free = np.full(d * horizon, np.inf)
    solution = solver(
        x0=np.concatenate([np.full(horizon, 0.1 * cap), np.concatenate(path[1:])]),
        lbx=np.concatenate([np.zeros(horizon), -free]),
        ubx=np.concatenate([np.full(horizon, cap), free]),
        lbg=0,
        ubg=0,
    )
    seconds = time.perf_counter() - begin
    found = np.clip(np.asarray(solution["x"]).ravel()[:horizon], 0, cap)
    return seconds, found, solver.stats()["return_status"]
