"""A limiter that looks ahead: the gain is down before the peak comes, so no peak is flattened.

For every sample the gain is taken that would bring it to the ceiling (1 where it is below). The
lowest of these over the look-ahead falls at once and recovers slowly, and what is applied is its
mean over the look-ahead: a gain that glides, and that has arrived when the peak, delayed by the
look-ahead, is output. Only the peak itself touches the ceiling. Below it every sample passes bit
for bit.

Gains are whole numbers of 2^-24: their sums are exact, whatever the order, and do not drift.

The channels of one sound share the gain that the loudest of them needs: so it stays where it is
between them.
"""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.records import TABLE

CEILING = np.float32(0.98)
FULL_SCALE = np.float32(1.0)  # what one voice reaches by itself: nothing of it is changed
# Every reaction waits for it. Ten times as long lowers the distortion of a chord 6 dB too loud from
# 2.1 % to 1.5 %, which is less audible than the delay is noticeable.
LOOKAHEAD_S = 0.0001
RELEASE_S = 0.5  # the gain recovers by a factor e in this time: 17 dB a second
MOST_LOOKAHEAD = 2048  # frames
AT, GAIN, QUIET = range(3)  # of the state words: place in the rings, gain, samples without any need
STATE_WORDS = 4
_ONE = np.int32(1 << 24)
LARGEST = np.float32(1e30)  # what is beyond it is no sound


class Limiters(NamedTuple):
    """The states of limiters, each with rings at least as long as the look-ahead and one sample."""

    words: Annotated[NDArray[np.int64], TABLE]  # [limiters, STATE_WORDS]
    delayed: Annotated[NDArray[np.float32], TABLE]  # [channels of all limiters, size]
    wanted: Annotated[NDArray[np.int32], TABLE]  # [limiters, size] the gain that each sample needs
    falls: Annotated[NDArray[np.int32], TABLE]  # [limiters, size] the lowest of them, recovering


def lookahead_frames(rate_hz: int) -> int:
    """By how many frames a limiter at this rate delays the sound."""
    return min(max(1, round(LOOKAHEAD_S * rate_hz)), MOST_LOOKAHEAD)


def new_limiters(size: int, count: int = 1, channels: int = 1) -> Limiters:
    """So many at rest, with rings of `size`, for as many channels in all."""
    words = np.zeros((count, STATE_WORDS), np.int64)
    words[:, GAIN] = _ONE
    wanted, falls = (np.full((count, size), _ONE, np.int32) for _ in range(2))
    return Limiters(words, np.zeros((channels, size), np.float32), wanted, falls)


@jit()
def limit(words, delayed, wanted, falls, size, ceiling, rate_hz, audio):
    """Limit `audio` float32 [channels, n] in place to `ceiling`, delayed by `size` - 1.

    `words`, `wanted` and `falls` are those of one limiter, `delayed` has a row for each channel.
    What is no number becomes silence.
    """
    release = 1.0 / (RELEASE_S * rate_hz)
    at, gain, quiet = words[AT], words[GAIN], words[QUIET]
    for i in range(audio.shape[1]):
        loudest = np.float32(0.0)
        for channel in range(audio.shape[0]):
            value = audio[channel, i]
            value = value if abs(value) <= LARGEST else np.float32(0.0)
            delayed[channel, at] = value
            loudest = max(loudest, abs(value))
        need = _ONE
        if loudest > ceiling:
            need = np.int32(ceiling / loudest * np.float32(_ONE))
        wanted[at] = need
        quiet = quiet + 1 if need == _ONE and gain == _ONE else 0
        oldest = at + 1 if at + 1 < size else 0
        if quiet > 2 * size:  # both rings of gains are full of ones
            for channel in range(audio.shape[0]):
                audio[channel, i] = delayed[channel, oldest]
        else:
            lowest, total = _ONE, np.int64(0)
            for k in range(size):
                lowest = min(lowest, wanted[k])
            gain = min(lowest, gain + max(np.int64(gain * release), 1))
            falls[at] = gain
            for k in range(size):
                total += falls[k]
            share = np.float32(total / (np.float64(_ONE) * size))
            for channel in range(audio.shape[0]):
                audio[channel, i] = delayed[channel, oldest] * share
        at = oldest
    words[AT], words[GAIN], words[QUIET] = at, gain, quiet


def limited(
    audio: NDArray[np.float32], rate_hz: int, ceiling: np.float32 = CEILING
) -> NDArray[np.float32]:
    """`audio` [n] as the limiter of a device of `rate_hz` puts it out, without its delay."""
    ahead = lookahead_frames(rate_hz)
    words, delayed, wanted, falls = new_limiters(ahead + 1)
    out = np.concatenate([audio, np.zeros(ahead, np.float32)])
    limit(words[0], delayed, wanted[0], falls[0], ahead + 1, ceiling, rate_hz, out[np.newaxis])
    return out[ahead:]
