"""Weights as small integers: rounding that knows what the matrix will be multiplied with.

Rounding each weight to the nearest level costs a recurrent model of sound dearly. So the columns
are rounded one after the other, and what one loses the ones after it make up for, given which
inputs go together (their second moments): GPTQ (Frantar et al. 2022, arXiv 2210.17323).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

# Of the mean variance, added to every input's: what was heard in a few seconds is not all there
# is. Which share is best depends on the plugin; the first is the one to take untried.
DAMPINGS = (0.05, 0.01, 0.003)
_LEAST = 1e-6  # of the mean square, in any case: inputs that never move have no variance
_COLUMNS = 64  # rounded before the rest of the matrix is brought up to date
_CLIPS = np.linspace(0.45, 1.05, 25)  # of the largest weight, tried as the largest level


@dataclass(frozen=True)
class Quantised:
    """weight [M, K] ~ codes * scales, one scale per row and group of `group` columns.

    codes: int8 [M, K], -127..127 at 8 bits and -8..7 at 4. scales: float32 [M, ceil(K / group)],
    at 4 bits rounded to bfloat16. shift: float32 [M], to be added to the bias: what rounding took
    from the product with the mean input.
    """

    bits: int
    group: int
    codes: NDArray[np.int8]
    scales: F32
    shift: F32

    def dequantised(self) -> F32:
        """The weights that the codes stand for."""
        columns = self.codes.shape[1]
        scales = np.repeat(self.scales, self.group, axis=1)[:, :columns]
        return self.codes.astype(np.float32) * scales


def to_bfloat16(values: F32) -> F32:
    """Rounded to the nearest bfloat16 (ties to even), as float32."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32).astype(np.int64)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return rounded.astype(np.uint32).view(np.float32)


def quantise(
    weight: F32, bits: int, group: int, moments: F64 | None = None, damping: float = DAMPINGS[0]
) -> Quantised:
    """Round a matrix [M, K] to `bits` (8 or 4).

    Args:
        weight: [M, K].
        bits: 8 or 4.
        group: columns that share a scale; K or more gives one scale per row.
        moments: [K + 1, K + 1], second moments of (inputs, 1) up to a factor; None takes all inputs
            as independent and equally loud (rounding to the nearest level).
        damping: see DAMPINGS.
    """
    rest = np.array(weight, np.float64)
    rows, columns = rest.shape
    lowest, highest = (-127, 127) if bits == 8 else (-8, 7)
    group = min(group, columns)
    codes = np.zeros((rows, columns), np.int8)
    scales = np.zeros((rows, -(-columns // group)), np.float32)
    mean, loudness = np.zeros(columns), np.ones(columns)
    spread = None
    if moments is not None:
        # The mean's share is made up for exactly, by the bias: what is left to do is the rest.
        mean = moments[:-1, -1] / moments[-1, -1]
        moments = moments[:-1, :-1] / moments[-1, -1]
        covariance = moments - np.outer(mean, mean)
        floor = damping * np.trace(covariance) + _LEAST * np.trace(moments)
        covariance += np.eye(columns) * (floor / columns if floor > 0 else 1.0)
        loudness, spread = np.diag(covariance), _spread(covariance)
    for block in range(0, columns, _COLUMNS):
        end = min(block + _COLUMNS, columns)
        lost = np.zeros((rows, end - block))
        for column in range(block, end):
            if column % group == 0:
                here = slice(column, column + group)
                scales[:, column // group] = _scale(rest[:, here], loudness[here], lowest, highest)
            scale = scales[:, column // group].astype(np.float64)
            code = np.clip(np.round(rest[:, column] / scale), lowest, highest)
            codes[:, column] = code
            if spread is None:
                continue
            error = (rest[:, column] - code * scale) / spread[column, column]
            lost[:, column - block] = error
            rest[:, column + 1 : end] -= np.outer(error, spread[column, column + 1 : end])
        if spread is not None:
            rest[:, end:] -= lost @ spread[block:end, end:]
    kept = Quantised(bits, group, codes, scales, np.zeros(rows, np.float32))
    shift = (np.asarray(weight, np.float64) - kept.dequantised()) @ mean
    return replace(kept, shift=shift.astype(np.float32))


def _spread(covariance: F64) -> F64:
    """The upper Cholesky factor of the inverse of the covariance."""
    return np.asarray(np.linalg.cholesky(np.linalg.inv(covariance)).T)


def _scale(weights: F64, loudness: F64, lowest: int, highest: int) -> F32:
    """Per row, the scale with the least squared error, columns counted by how loud they are.

    At 4 bits it may be negative, because the levels reach one further down than up.
    """
    peak = np.abs(weights).max(axis=1)
    if lowest == -highest:
        return np.where(peak > 0, peak / highest, 1.0).astype(np.float32)
    best = np.ones(len(weights), np.float32)
    least = np.full(len(weights), np.inf)
    for clip in _CLIPS:
        for sign in (1.0, -1.0):
            scale = to_bfloat16((sign * clip * peak / (0.5 - lowest)).astype(np.float32))
            scale = np.where(scale == 0, np.float32(1.0), scale)
            wide = scale[:, None].astype(np.float64)
            rounded = np.clip(np.round(weights / wide), lowest, highest) * wide
            error = (rounded - weights) ** 2 @ loudness
            better = error < least
            best[better], least[better] = scale[better], error[better]
    return best
