"""CMA-ES (the package cma) on the value of a JaxPeer, with variables divided by their limits."""

import time

import cma
import numpy as np


def lowest(peer, starts, seconds, seed):
    """The lowest schedule that CMA-ES finds in some seconds, one start after the other."""
    limits = np.array([high for _, high in peer.bounds])
    best = (np.inf, None)
    end = time.perf_counter() + seconds
    for i, (rates, momenta) in enumerate(starts * 1000):
        left = end - time.perf_counter()
        if left <= 0:
            break
        options = {
            "bounds": [0, 1], "verbose": -9, "seed": seed + i + 1, "timeout": left, "tolfun": 1e-12,
        }
        start = np.concatenate([rates, momenta]) / limits
        found = cma.fmin2(lambda x: peer.value(limits * x), start, 0.2, options)[1].result
        if found.fbest < best[0]:
            best = (found.fbest, limits * found.xbest)
    return best[1][: peer.horizon], best[1][peer.horizon :]
