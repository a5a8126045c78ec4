"""Schedules to start searches from, the same for everybody: decaying powers, pieces, and any point of the box."""

import json

import numpy as np


def random_starts(count, horizon, rate_limit, momentum_limit, seed):
    """A list of pairs (rates, momenta)."""
    generator = np.random.default_rng(seed)

    def peak(size=None):
        # From a thousandth of the limit to the limit, every factor alike.
        return rate_limit * 10 ** generator.uniform(-3, 0, size)

    def power():
        left = 1 - np.arange(horizon) / horizon
        rates = peak() * left ** generator.uniform(0, 2)
        return rates, np.full(horizon, generator.uniform(0, momentum_limit))

    def pieces():
        number = min(horizon, int(generator.integers(2, 10)))
        piece = np.arange(horizon) * number // horizon
        return peak(number)[piece], generator.uniform(0, momentum_limit, number)[piece]

    def anywhere():
        return generator.uniform(0, rate_limit, horizon), generator.uniform(0, momentum_limit, horizon)

    return [(power, pieces, anywhere)[i % 3]() for i in range(count)]


def write(path, starts):
    content = {"starts": [{"learningRate": list(a), "momentum": list(mu)} for a, mu in starts]}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)
