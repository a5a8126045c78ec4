"""A training step of a perceptron in JAX, and one with two hypergradients in forward mode."""

import argparse
import json
import time

import jax
import jax.numpy as jnp
import numpy as np

SIZES = (784, 100, 100, 10)


def initial(rng):
    weights = [rng.normal(0, 0.1, (a, b)).astype(np.float32) for a, b in zip(SIZES, SIZES[1:])]
    return [(jnp.asarray(w), jnp.zeros(w.shape[1], jnp.float32)) for w in weights]


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
    """Both tangents by jvp; the hyperparameters are the effective rate and the momentum's gap in logarithms."""
    def advance(parameters, velocity, a, b):
        return step(parameters, velocity, jnp.exp(a + b), 1 - jnp.exp(b), pixels, y)

    def push(tangent):
        return jax.jvp(advance, state, tangent)

    (primal, moved) = jax.vmap(push, out_axes=(None, 0))(tangents)
    return primal, moved


def median_seconds(call, repetitions, batches):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for k in range(batches):
            result = call(k)
        jax.block_until_ready(result)
        times.append((time.perf_counter() - start) / batches)
    return float(np.median(times)), min(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--steps", type=int, default=300, help="steps per repetition")
    arguments = parser.parse_args()
    rng = np.random.default_rng(1)
    pixels = [jnp.asarray(rng.integers(0, 64, (100, 784), dtype=np.uint8)) for _ in range(50)]
    labels = [jnp.asarray(rng.integers(0, 10, 100, dtype=np.int32)) for _ in range(50)]
    parameters = initial(rng)
    velocity = jax.tree.map(jnp.zeros_like, parameters)

    # The state's buffers are reused, as in a real training loop.
    fast = jax.jit(step, donate_argnums=(0, 1))
    state = (jax.tree.map(jnp.copy, parameters), jax.tree.map(jnp.copy, velocity))

    def train(k):
        nonlocal state
        state = fast(state[0], state[1], 0.01, 0.9, pixels[k % 50], labels[k % 50])
        return state

    train(0)
    plain = median_seconds(train, arguments.repetitions, arguments.steps)

    hyper = jax.jit(tangent_step)
    start = (parameters, velocity, jnp.float32(-2.3), jnp.float32(-2.3))
    zero = jax.tree.map(lambda z: jnp.zeros((2,) + z.shape, z.dtype), (parameters, velocity))
    tangents = (*zero, jnp.asarray([1, 0], jnp.float32), jnp.asarray([0, 1], jnp.float32))

    def differentiate(k):
        nonlocal start, tangents
        primal, moved = hyper(start, tangents, pixels[k % 50], labels[k % 50])
        start, tangents = (*primal, start[2], start[3]), (*moved, tangents[2], tangents[3])
        return start, tangents

    differentiate(0)
    tangent = median_seconds(differentiate, arguments.repetitions, max(arguments.steps // 4, 1))
    print(json.dumps({
        "jax": jax.__version__, "step": plain[0], "fastestStep": plain[1],
        "hypergradientStep": tangent[0], "fastestHypergradientStep": tangent[1]}))


if __name__ == "__main__":
    main()
