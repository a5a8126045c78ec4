"""Exact dynamics in JAX, compiled and in double precision; schedules by SciPy's L-BFGS-B on reverse-mode gradients."""

import os
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import minimize

jax.config.update("jax_enable_x64", True)

# Tight enough that only rounding or the iteration limit ends the search.
TOLERANCES = {"maxiter": 5000, "maxfun": 20000, "maxcor": 30, "ftol": 1e-15, "gtol": 1e-10}


class JaxPeer:
    """One problem and horizon. Compiles when it is made, so that no time below contains that."""

    def __init__(self, quadratic, horizon, uses_momentum, rate_limit=None, momentum_limit=0.9999):
        self.horizon = horizon
        self.uses_momentum = uses_momentum
        self.dimension = quadratic.dimension
        self.rate_limit = rate_limit or quadratic.rate_cap()
        self.bounds = [(0, self.rate_limit)] * horizon
        if uses_momentum:
            self.bounds += [(0, momentum_limit)] * horizon
        h, c, m, n = (
            jnp.asarray(a)
            for a in (quadratic.curvature, quadratic.noise, quadratic.moment, quadratic.multiplicity)
        )
        weight = n * h / 2
        zero = jnp.zeros_like(h)

        def sgd(moment, rate):
            shrink = 1 - rate * h
            moment = shrink * shrink * moment + rate * rate * c
            return moment, weight @ moment

        def heavy_ball(state, step):
            position, cross, velocity = state  # E theta^2, E theta v, E v^2
            rate, momentum = step
            pull = rate * h
            overlap = momentum * cross - pull * position  # E theta v'
            velocity = (
                momentum * momentum * velocity - pull * (momentum * cross + overlap) + rate * rate * c
            )
            cross = overlap + velocity
            position = position + overlap + cross
            return (position, cross, velocity), weight @ position

        def losses(x):
            if uses_momentum:
                return jax.lax.scan(heavy_ball, (m, zero, zero), (x[:horizon], x[horizon:]))[1]
            return jax.lax.scan(sgd, m, x)[1]

        self._losses = jax.jit(losses)
        self._value = jax.jit(lambda x: jnp.log(losses(x)[-1]))
        self._objective = jax.jit(jax.value_and_grad(lambda x: jnp.log(losses(x)[-1])))
        self._value_and_gradient(self.start())
        self._losses(self.start()).block_until_ready()

    def start(self):
        x = np.zeros(len(self.bounds))
        x[: self.horizon] = 0.1 * self.rate_limit
        return x

    def curve_nanoseconds(self, repeats=20):
        """Nanoseconds per coordinate and step of the loss curve; the best of several."""
        x = jnp.asarray(self.start())
        best = np.inf
        for _ in range(repeats):
            begin = time.perf_counter()
            self._losses(x).block_until_ready()
            best = min(best, time.perf_counter() - begin)
        return 1e9 * best / (self.dimension * self.horizon)

    def value(self, x):
        """The logarithm of the final loss; infinite if it overflows."""
        value = float(self._value(jnp.asarray(x)))
        return value if np.isfinite(value) else np.inf

    def _value_and_gradient(self, x):
        value, gradient = self._objective(jnp.asarray(x))
        return float(value), np.asarray(gradient)

    def solve(self, x=None):
        """Seconds, rates, momenta, and whether the search ended by itself."""
        begin = time.perf_counter()
        result = minimize(
            self._value_and_gradient,
            self.start() if x is None else x,
            jac=True,
            method="L-BFGS-B",
            bounds=self.bounds,
            options=TOLERANCES,
        )
        seconds = time.perf_counter() - begin
        rates = result.x[: self.horizon]
        momenta = result.x[self.horizon :] if self.uses_momentum else np.zeros(self.horizon)
        return seconds, rates, momenta, result.status == 0
