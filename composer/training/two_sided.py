"""The refiner's rival: exact posterior of masked notes under the order-2 Markov model, both sides known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from composer.models.markov import PitchMarkov
from composer.models.vocabulary import LOW, SIZE

FloatArray = NDArray[np.float64]


def posterior(
    model: PitchMarkov, symbols: NDArray[np.int64], mask: NDArray[np.bool_], mode: int
) -> FloatArray:
    """p(note | all unmasked notes) of a tune (T,), forwards and backwards over pairs of notes: (T, S)."""
    step = np.exp(model.table(2, mode))
    first, second = (np.exp(one) for one in model.start_tables(mode))
    allowed = np.zeros((len(symbols), SIZE))
    allowed[np.arange(len(symbols)), symbols - LOW] = 1.0
    allowed[mask] = 1.0
    alphas = [first[:, None] * allowed[0][:, None] * second * allowed[1]]
    for t in range(2, len(symbols)):
        alpha = np.einsum("ab,abc->bc", alphas[-1], step) * allowed[t]
        alphas.append(alpha / alpha.sum())
    marginals = np.zeros((len(symbols), SIZE))
    beta = np.ones((SIZE, SIZE))
    for t in range(len(symbols) - 1, 0, -1):
        pair = alphas[t - 1] * beta
        marginals[t] = pair.sum(0) / pair.sum()
        if t == 1:
            marginals[0] = pair.sum(1) / pair.sum()
        else:
            beta = np.einsum("abc,bc->ab", step, beta * allowed[t])
            beta /= beta.max()
    return marginals
