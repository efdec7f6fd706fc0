"""Weights as small integers: rounding that knows what the matrix will be multiplied with.

Rounding each weight to the nearest level costs a recurrent model of sound dearly. So the columns
are rounded one after the other, and what one loses the ones after it make up for, given which
inputs go together (their second moments): GPTQ (Frantar et al. 2022, arXiv 2210.17323).

Two weights of 4 bits share a byte, and the kernel multiplies that byte as it is with the input of
the one in the high half, which saves it an instruction for every vector: a sixteenth of the low
one's code comes in, too. It is known when the high one is rounded, so it costs nothing: the levels
of the high one are as far apart as ever, and lie a known part of a step further up.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

# Of the mean variance, added to every input's: a few seconds do not show all there
# is. Which share is best depends on the plugin; the first is the one to take untried.
DAMPINGS = (0.05, 0.01, 0.003)
_LEAST = 1e-6  # of the mean square, in any case: inputs that never move have no variance
HALF = 4  # columns: of every 8, the last HALF are the high halves of the bytes of the first HALF
_COLUMNS = 64  # rounded before the rest of the matrix is brought up to date
_CLIPS = np.linspace(0.45, 1.05, 25)  # of the largest weight, tried as the largest level


@dataclass(frozen=True)
class Quantised:
    """weight [M, K] ~ levels * scales, one scale per row and group of `group` columns.

    codes: int8 [M, K], -127..127 at 8 bits and -8..7 at 4; the levels follow from them. scales:
    float32 [M, ceil(K / group)], at 4 bits rounded to bfloat16. shift: float32 [M], to be added to
    the bias: what rounding took from the product with the mean input.
    """

    bits: int
    group: int
    codes: NDArray[np.int8]
    scales: F32
    shift: F32

    def levels(self) -> F32:
        """Float32 [M, K], in steps of the scale: the codes, at 4 bits with what comes in."""
        levels = self.codes.astype(np.float32)
        if self.bits == 4:
            for column in range(levels.shape[1]):
                levels[:, column] += _incoming(self.codes, column)
        return levels

    def dequantised(self) -> F32:
        """The weights that the codes stand for."""
        columns = self.codes.shape[1]
        scales = np.repeat(self.scales, self.group, axis=1)[:, :columns]
        return self.levels() * scales


def _incoming(codes: NDArray[np.int8], column: int) -> F32:
    """What comes into a column of 4-bit codes [M, K] from the low halves of its bytes, in steps."""
    if column % (2 * HALF) < HALF:
        return np.zeros(len(codes), np.float32)
    return (codes[:, column - HALF].astype(np.float32) + np.float32(8)) / np.float32(16)


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
            incoming = _incoming(codes, column) if bits == 4 else np.float32(0.0)
            steps = rest[:, column] / np.where(scale == 0, 1.0, scale)
            code = np.clip(np.round(steps - incoming), lowest, highest)
            codes[:, column] = code
            if spread is None:
                continue
            error = (rest[:, column] - (code + incoming) * scale) / spread[column, column]
            lost[:, column - block] = error
            rest[:, column + 1 : end] -= np.outer(error, spread[column, column + 1 : end])
        if spread is not None:
            rest[:, end:] -= lost @ spread[block:end, end:]
    kept = Quantised(bits, group, codes, scales, np.zeros(rows, np.float32))
    shift = (np.asarray(weight, np.float64) - kept.dequantised()) @ mean
    return replace(kept, shift=shift.astype(np.float32))


def _spread(covariance: F64) -> F64 | None:
    """The upper Cholesky factor of the inverse of the covariance; None if float64 gives none."""
    try:
        return np.asarray(np.linalg.cholesky(np.linalg.inv(covariance)).T)
    except np.linalg.LinAlgError:  # inputs so different in size that one is lost in another
        return None


def _scale(weights: F64, loudness: F64, lowest: int, highest: int) -> F32:
    """Per row, the scale with the least squared error, columns counted by how loud they are.

    At 4 bits it may be negative, because the levels reach one further down than up; and 0, because
    the levels of high halves have no 0.
    """
    peak = np.abs(weights).max(axis=1)
    if lowest == -highest:
        return np.where(peak > 0, peak / highest, 1.0).astype(np.float32)
    best = np.zeros(len(weights), np.float32)
    least = weights**2 @ loudness
    for clip in _CLIPS:
        for sign in (1.0, -1.0):
            scale = to_bfloat16((sign * clip * peak / (0.5 - lowest)).astype(np.float32))
            wide = np.where(scale == 0, 1.0, scale)[:, None].astype(np.float64)
            rounded = _nearest(weights / wide, lowest, highest) * scale[:, None]
            error = (rounded - weights) ** 2 @ loudness
            better = error < least
            best[better], least[better] = scale[better], error[better]
    return best


def _nearest(steps: F64, lowest: int, highest: int) -> F64:
    """The levels next to `steps` [M, K] at 4 bits; a group starts with whole bytes."""
    levels = np.clip(np.round(steps), lowest, highest)
    high = np.arange(steps.shape[1]) % (2 * HALF) >= HALF
    incoming = (levels[:, np.flatnonzero(high) - HALF] - lowest) / 16
    levels[:, high] = np.clip(np.round(steps[:, high] - incoming), lowest, highest) + incoming
    return levels
