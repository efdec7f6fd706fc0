"""Cross-entropy of a few rows of logits, and its gradient, in compiled code."""

import numpy as np

from rtsynth_models.cells.jit import JIT, trainer_jit

_SUMS = JIT["fastmath"] | {"reassoc"}  # so that sums go in vectors

_LOG2E = np.float32(1.4426950408889634)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_LOWEST = np.float32(-87.0)  # of an exponent: below lies next to nothing
_ROUND = np.float32(12582912.0)  # 1.5 x 2^23: what is added to it is rounded
_MAGNITUDE = np.int32(0x7FFFFFFF)  # all bits of a float32 but its sign


@trainer_jit()
def _in_order(bits):
    return np.int32(bits ^ (np.int32(bits >> np.int32(31)) & _MAGNITUDE))


@trainer_jit()
def _highest(ordered):
    # Integers, in the order of the numbers whose bits they are made of: so what is not a number is
    # compared, too, and the loop goes in vectors. `_in_order` is its own inverse.
    high = _in_order(ordered[0])
    for j in range(ordered.size):
        key = _in_order(ordered[j])
        if key > high:
            high = key
    return _in_order(high)


@trainer_jit(fastmath={"contract", "nsz"})
def _shares(row, high, bits):
    # e^x of Cephes (expf): x = n ln 2 + r, a polynomial of r; to two float32 roundings. 2^n is
    # put together from its bits.
    for j in range(row.size):
        x = row[j] - high
        if x < _LOWEST:  # what is not a number stays that
            x = _LOWEST
        n = (x * _LOG2E + _ROUND) - _ROUND
        r = x - n * _LN2_HIGH - n * _LN2_LOW
        p = np.float32(1.9875691500e-4)
        p = p * r + np.float32(1.3981999507e-3)
        p = p * r + np.float32(8.3334519073e-3)
        p = p * r + np.float32(4.1665795894e-2)
        p = p * r + np.float32(1.6666665459e-1)
        p = p * r + np.float32(5.0000001201e-1)
        row[j] = p * r * r + r + np.float32(1)
        bits[j] = (np.int32(n) + np.int32(127)) << np.int32(23)


@trainer_jit(fastmath=_SUMS)
def _sum_of(row, powers):
    total = np.float32(0)
    for j in range(row.size):
        row[j] *= powers[j]
        total += row[j]
    return total


@trainer_jit()
def softmax_loss(logits, target, scale, ignore, bits):
    """Nats of the codes `target` [R] under `logits` [R, C], summed; `logits` are left holding the
    gradient of `scale` times that. Rows of the target `ignore` count for nothing.

    `bits` int32 [C] is room to work in. What the codes are is not checked: see `check_codes`.
    """
    nats = 0.0
    powers, ordered = bits.view(np.float32), logits.view(np.int32)
    for i in range(target.size):
        row = logits[i]
        if target[i] == ignore:
            row[:] = np.float32(0)
            continue
        wanted = row[target[i]]
        bits[0] = _highest(ordered[i])
        high = powers[0]
        _shares(row, high, bits)
        total = _sum_of(row, powers)
        nats += np.log(np.float64(total)) + np.float64(high) - np.float64(wanted)
        part = np.float32(scale) / total
        for j in range(row.size):
            row[j] *= part
        row[target[i]] -= np.float32(scale)
    return nats


def check_codes(target: np.ndarray, levels: int, ignore: int | None = None) -> None:
    """IndexError where a code of `target` is none of 0, ..., `levels` - 1, nor `ignore`."""
    wrong = (target < 0) | (target >= levels)
    if ignore is not None:
        wrong &= target != ignore
    if wrong.any():
        raise IndexError(f"code {target[wrong][0]} of {levels} levels")
