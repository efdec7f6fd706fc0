"""How far events stand out of what is there before them: what tells pops from a hum that swells.

A hum whose level is modulated as often as pops are to come has the right rate and no events: it
rises too slowly. So the depth is that of what an event adds to the level within RISE_S. Where it
begins at once, that is its peak over what was there before it.
"""

import numpy as np
from numpy.typing import NDArray

from rtsynth_train.measure.onsets import pop_times

FRAME_S = 0.005  # of which the level is taken
HOP_S = 0.001
RISE_S = 0.006
BEFORE_S = 0.010  # an onset may be found that late
SHORTEST_S = 0.02  # between two events
DEEPEST_DB = 80.0


def event_depth_db(
    audio: NDArray[np.floating], rate_hz: int, times: NDArray[np.float64] | None = None
) -> float:
    """An event's peak over what is left of it without its fastest rise, in dB: the median of all
    events of mono audio [T]. 0 for a sound without events.

    `times` are those of the events in seconds, None for those that `pop_times` finds.
    """
    onsets = pop_times(audio, rate_hz) if times is None else times
    levels = _levels(np.asarray(audio, np.float64), rate_hz)
    span = round(RISE_S / HOP_S)
    depths = []
    for start, end in zip(onsets[:-1].tolist(), onsets[1:].tolist(), strict=True):
        first, last = (max(0, round((time - BEFORE_S) / HOP_S)) for time in (start, end))
        part = levels[first:last]
        if end - start < SHORTEST_S or part.size <= span or part.max() <= 0:
            continue
        peak = float(part.max())
        rise = float((part[span:] - part[:-span]).max())
        left = max((peak - max(rise, 0.0)) / peak, 10 ** (-DEEPEST_DB / 20))
        depths.append(-20 * np.log10(left))
    return float(np.median(depths)) if depths else 0.0


def _levels(audio: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """RMS of FRAME_S, every HOP_S."""
    size, hop = round(FRAME_S * rate_hz), HOP_S * rate_hz
    if len(audio) < size:
        return np.zeros(0)
    sums = np.concatenate([[0.0], np.cumsum(audio**2)])
    starts = np.arange(0, len(audio) - size + 1, hop).round().astype(int)
    starts = starts[starts + size <= len(audio)]
    return np.sqrt(np.maximum(sums[starts + size] - sums[starts], 0.0) / size)
