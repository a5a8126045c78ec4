"""A training step of a perceptron in JAX, and one with two hypergradients in forward mode."""

import os
import statistics
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np

SIZES = (784, 100, 100, 10)
BATCH = 100
BATCHES = 50
# Effective rate and momentum's gap, both 0.1: a rate of 0.01 and a momentum of 0.9.
LOG_RATE = LOG_GAP = float(np.log(0.1))


def loss(parameters, x, y):
    for w, b in parameters[:-1]:
        x = jax.nn.relu(x @ w + b)
    w, b = parameters[-1]
    scores = x @ w + b
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(scores), y[:, None], 1))


def step(parameters, velocity, rate, momentum, pixels, y):
    x = pixels.astype(jnp.float32) / 255
    slopes = jax.grad(loss)(parameters, x, y)
    velocity = jax.tree.map(lambda v, g: momentum * v + g, velocity, slopes)
    return jax.tree.map(lambda w, v: w - rate * v, parameters, velocity), velocity


def tangent_step(state, tangents, pixels, y):
    """State and both tangents: jvp along (state's tangent, direction of the hyperparameters)."""
    a, b = jnp.float32(LOG_RATE), jnp.float32(LOG_GAP)
    directions = jnp.eye(2, dtype=jnp.float32)

    def advance(parameters, velocity, a, b):
        return step(parameters, velocity, jnp.exp(a + b), 1 - jnp.exp(b), pixels, y)

    def push(tangent, direction):
        return jax.jvp(advance, (*state, a, b), (*tangent, direction[0], direction[1]))

    return jax.vmap(push, out_axes=(None, 0))(tangents, directions)


class JaxNetwork:
    """Both steps, compiled when it is made. Buffers are reused, as in a real training loop."""

    def __init__(self, seed=1):
        rng = np.random.default_rng(seed)
        self._pixels = [jnp.asarray(rng.integers(0, 64, (BATCH, SIZES[0]), dtype=np.uint8)) for _ in range(BATCHES)]
        self._labels = [jnp.asarray(rng.integers(0, SIZES[-1], BATCH, dtype=np.int32)) for _ in range(BATCHES)]
        weights = [rng.normal(0, 0.1, s).astype(np.float32) for s in zip(SIZES, SIZES[1:])]
        self._start = [(jnp.asarray(w), jnp.zeros(w.shape[1], jnp.float32)) for w in weights]
        self._step = jax.jit(step, donate_argnums=(0, 1))
        self._tangent_step = jax.jit(tangent_step, donate_argnums=(0, 1))
        self._state = self._rest()
        self._both = self._rest(), jax.tree.map(
            lambda z: jnp.zeros((2,) + z.shape, z.dtype), self._rest())
        self.step_microseconds(1)
        self.hypergradient_microseconds(1)

    def _rest(self):
        return jax.tree.map(jnp.copy, self._start), jax.tree.map(jnp.zeros_like, self._start)

    def _train(self, k):
        batch = k % BATCHES
        self._state = self._step(
            *self._state, jnp.float32(0.01), jnp.float32(0.9), self._pixels[batch], self._labels[batch])
        return self._state

    def _differentiate(self, k):
        batch = k % BATCHES
        self._both = self._tangent_step(*self._both, self._pixels[batch], self._labels[batch])
        return self._both

    def step_microseconds(self, seconds=0.5):
        """Microseconds of a training step, the median of several runs."""
        return self._median(self._train, steps=100, seconds=seconds)

    def hypergradient_microseconds(self, seconds=1.0):
        """The same with both tangents."""
        return self._median(self._differentiate, steps=30, seconds=seconds)

    @staticmethod
    def _median(call, steps, seconds):
        times, end = [], time.perf_counter() + seconds
        while not times or time.perf_counter() < end:
            begin = time.perf_counter()
            for k in range(steps):
                result = call(k)
            jax.block_until_ready(result)
            times.append(1e6 * (time.perf_counter() - begin) / steps)
        return statistics.median(times)
