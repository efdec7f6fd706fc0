"""Where to begin drawing a waveform so that the picture stands still."""

import numpy as np
from numpy.typing import NDArray

HYSTERESIS = 0.1
CANDIDATES = 48
COMPARED_POINTS = 192
SILENCE = 1e-4

Samples = NDArray[np.float32]


def rising_crossings(samples: Samples, threshold: float) -> NDArray[np.intp]:
    """Indices i with samples[i] < 0 <= samples[i + 1], where the signal went from below
    -threshold to above +threshold (a Schmitt trigger: noise around zero does not count)."""
    side = (samples > threshold).astype(np.int8) - (samples < -threshold)
    outside = np.flatnonzero(side)
    rises = np.flatnonzero((side[outside][:-1] < 0) & (side[outside][1:] > 0))
    above = outside[rises + 1]
    crossings = np.flatnonzero((samples[:-1] < 0) & (samples[1:] >= 0))
    return crossings[np.searchsorted(crossings, above) - 1]


def find_start(samples: Samples, length: int, previous: Samples | None) -> tuple[int, float]:
    """Where the window of `length` samples begins: (index, fraction of a sample).

    Of the rising zero crossings that leave a whole window, the one is taken whose window looks
    most like `previous` (as drawn last): a waveform that crosses zero several times a period
    stands still too. In silence, or with no crossing, the newest window is taken.
    """
    newest = len(samples) - length
    peak = float(np.abs(samples).max(initial=0.0))
    if newest <= 0 or peak < SILENCE:
        return max(newest, 0), 0.0
    starts = rising_crossings(samples, HYSTERESIS * peak)
    starts = starts[starts <= newest][-CANDIDATES:]
    if len(starts) == 0:
        return newest, 0.0
    start = int(starts[-1])
    if previous is not None and len(previous) == length and len(starts) > 1:
        offsets = np.linspace(0, length - 1, COMPARED_POINTS).astype(np.intp)
        windows = samples[starts[:, None] + offsets]
        likeness = windows @ previous[offsets] / (np.linalg.norm(windows, axis=1) + 1e-9)
        start = int(starts[np.argmax(likeness)])
    rise = float(samples[start + 1] - samples[start])
    return start, float(-samples[start]) / rise if rise > 0 else 0.0
