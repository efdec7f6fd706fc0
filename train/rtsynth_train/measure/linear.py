"""What a linear predictor needs for recordings, in bits per sample: what a network has to beat."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

ORDER = 16
MOST_SAMPLES = 1_000_000  # of each part: a minute at 16 kHz
SPANS = (64, 512, 4096)  # samples, over which the size of the errors is taken; the best is chosen
UNEXPECTED = 1e-3  # the share of an even distribution: no code is impossible
RIDGE = 1e-9  # of the power: silence, or a pure tone, has no predictor of its own


def linear_bits(
    learned: Iterable[NDArray[np.integer]],
    held_out: Iterable[NDArray[np.integer]],
    amplitudes: NDArray[np.floating],
    order: int = ORDER,
) -> float:
    """Mean bits per sample of codes [T], ... in `held_out`; NaN if there are none.

    `amplitudes` [Q] are those of the codes, no two alike. The predictor is that of least squares
    over `learned` (autocorrelation method). Around what it predicts the codes have Laplace's
    distribution, summed over each one's share of the amplitudes, with a little of an even one; its
    scale is the mean error of the samples before, so that it fits loud and quiet passages. Both
    parts are taken from their beginning, MOST_SAMPLES at most.
    """
    table = np.asarray(amplitudes, np.float64)
    sounds = [table[codes] for codes in _first(learned)]
    weights = _predictor(sounds, order)
    rising = np.sort(table)
    floor = np.diff(rising).min() / 16
    edges = np.concatenate([[-np.inf], (rising[1:] + rising[:-1]) / 2, [np.inf]])

    def bits(parts: list[F64], span: int) -> tuple[float, int]:
        total, count = 0.0, 0
        for sound in parts:
            if len(sound) <= order:
                continue
            predicted = np.convolve(sound, np.concatenate([[0.0], weights]))[order : len(sound)]
            actual = sound[order:]
            scale = _mean_before(np.abs(actual - predicted), span) + floor
            at = np.searchsorted(edges, actual) - 1
            mass = _laplace(edges[at + 1], predicted, scale) - _laplace(edges[at], predicted, scale)
            mass = (1 - UNEXPECTED) * mass + UNEXPECTED / len(table)
            total -= float(np.log2(mass).sum())
            count += len(actual)
        return total, count

    span = min(SPANS, key=lambda span: bits(sounds, span)[0])
    total, count = bits([table[codes] for codes in _first(held_out)], span)
    return total / count if count else float("nan")


def _first(parts: Iterable[NDArray[np.integer]]) -> list[NDArray[np.integer]]:
    """The first MOST_SAMPLES of some parts."""
    found, room = [], MOST_SAMPLES
    for part in parts:
        if room <= 0:
            break
        found.append(part[:room])
        room -= len(part)
    return found


def _predictor(parts: list[F64], order: int) -> F64:
    """Weights [order] of the samples before, the latest first."""
    lags = np.zeros(order + 1)
    for sound in parts:
        for lag in range(min(order + 1, len(sound))):
            lags[lag] += sound[lag:] @ sound[: len(sound) - lag]
    distance = np.abs(np.arange(order)[:, None] - np.arange(order))
    matrix = lags[distance] + (RIDGE * lags[0] + np.finfo(float).tiny) * np.eye(order)
    weights: F64 = np.linalg.solve(matrix, lags[1:])
    return weights


def _mean_before(errors: F64, span: int) -> F64:
    """The mean of the `span` errors before each, of fewer at the beginning; 1 for the first."""
    sums = np.concatenate([[0.0], np.cumsum(errors)])
    at = np.arange(len(errors))
    first = np.maximum(at - span, 0)
    means: F64 = (sums[at] - sums[first]) / np.maximum(at - first, 1)
    means[0] = 1.0
    return means


def _laplace(amplitude: F64, mean: F64, scale: F64) -> F64:
    """The share of Laplace's distribution below an amplitude."""
    away = (amplitude - mean) / scale
    tail = 0.5 * np.exp(-np.abs(away))
    below: F64 = np.where(away < 0, tail, 1.0 - tail)
    return below
