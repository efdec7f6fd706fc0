"""How long a note takes to be at its pitch: from its start to where the pitch stays right."""

import numpy as np
from numpy.typing import NDArray

from rtsynth_train.measure.sound import track_pitch

WITHIN_CENTS = 50.0
HOP_S = 0.008
FREE = 0.8  # of the range, from frame to frame: else pyin stays at the note before for some 50 ms
HELD_S = 0.1  # at least that long it has to stay right
NEVER_MS = float("inf")


def lock_ms(
    audio: NDArray[np.floating],
    rate_hz: int,
    pitch: float,
    start_s: float,
    range_hz: tuple[float, float],
) -> float:
    """Milliseconds from `start_s` of mono audio [T], where a note of MIDI `pitch` begins, to the
    first frame from which on every frame is within WITHIN_CENTS of it; infinite where it never is
    for HELD_S. Right to within 25 ms.

    A frame stands for its first quarter: pyin looks at the first half of it, and at what follows in
    a period. Pitches are looked for in `range_hz`.
    """
    free = FREE * float(np.log2(range_hz[1] / range_hz[0])) / HOP_S
    times, measured = track_pitch(
        audio, rate_hz, range_hz, hop_s=HOP_S, shortest_s=0.0, octaves_per_s=free
    )
    if not times.size:
        return NEVER_MS
    times = times - times[0] / 2
    after = times >= start_s
    right = np.abs(measured[after] - pitch) * 100 <= WITHIN_CENTS  # NaN (no pitch) is wrong
    if not right.size or not right[-1]:
        return NEVER_MS
    wrong = np.flatnonzero(~right)
    first = int(wrong[-1]) + 1 if wrong.size else 0
    if (right.size - first) * HOP_S < HELD_S:
        return NEVER_MS
    if first == 0:
        return 0.0
    return float(times[after][first] - start_s) * 1000
