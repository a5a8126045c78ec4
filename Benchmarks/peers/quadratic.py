"""The noisy quadratic of a problem file (Docs/ComparisonFormat.md), as arrays."""

import json
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Quadratic:
    curvature: np.ndarray
    noise: np.ndarray  # gradient-noise variance of one step, the batch size divided out
    moment: np.ndarray  # E theta^2 before the first step
    multiplicity: np.ndarray

    @property
    def dimension(self):
        return self.curvature.size

    def rate_cap(self):
        """The largest rate at which no direction's loss grows in one plain step from the start (M5)."""
        moving = (self.curvature > 0) & (self.moment > 0)
        h, c, m = self.curvature[moving], self.noise[moving], self.moment[moving]
        return float((2 * h * m / (h**2 * m + c)).min())

    def final_loss(self, rates, momenta):
        """The loss after a schedule, in extended precision: what it ends at whoever found it.

        Starting errors and noise are carried apart, which keeps both accurate where the noise is low.
        """
        wide = np.longdouble
        h, c = self.curvature.astype(wide), self.noise.astype(wide)
        position, velocity = np.ones_like(h), np.zeros_like(h)
        covariance = [np.zeros_like(h) for _ in range(3)]  # position, cross, velocity
        for rate, momentum in zip(np.asarray(rates, wide), np.asarray(momenta, wide)):
            pull = rate * h
            velocity = momentum * velocity - pull * position
            position = position + velocity
            pp, pv, vv = covariance
            new_vv = momentum**2 * vv - 2 * momentum * pull * pv + pull**2 * pp + rate**2 * c
            old_new = momentum * pv - pull * pp
            covariance = [pp + 2 * old_new + new_vv, old_new + new_vv, new_vv]
        moment = self.moment.astype(wide) * position**2 + covariance[0]
        return float((self.multiplicity * h * moment).sum() / 2)


def read(path):
    with open(path, encoding="utf-8") as file:
        problem = json.load(file)
    h = _curvature(problem["curvature"])

    def filled(value):
        return np.array(np.broadcast_to(np.asarray(value, float), h.shape))

    noise = problem["gradientNoise"]
    noise = noise["scale"] * h if isinstance(noise, dict) else filled(noise)
    return Quadratic(
        curvature=h,
        noise=noise / problem.get("batchSize", 1),
        moment=filled(problem["initialSecondMoment"]),
        multiplicity=filled(problem.get("multiplicity", 1)),
    )


def _curvature(value):
    if isinstance(value, list):
        return np.asarray(value, float)
    d = value["dimension"]
    kind = value["kind"]
    if kind == "powerLaw":
        return value["maximum"] * np.arange(1.0, d + 1) ** -value["exponent"]
    low, high = value["minimum"], value["maximum"]
    if kind == "geometric":
        return high * (low / high) ** (np.arange(d) / max(d - 1, 1))
    if kind == "chebyshev":
        angles = (np.arange(1, d + 1) - 0.5) * np.pi / d
        return (low + high) / 2 + (high - low) / 2 * np.cos(angles)
    raise SystemExit(f"compare.py: curvature.kind is {kind}, expected powerLaw, geometric or chebyshev")
