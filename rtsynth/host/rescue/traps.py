"""Recognising traps: from looks at a voice and the profile of its plugin to a verdict.

What is healthy is all that was healthy with the knobs of the last while, so that a note that has
just begun is not judged by what it is not yet. No thread, no clock: only what it is given.
"""

from collections import deque
from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.host.rescue.features import (
    BITS,
    FITS,
    FLATNESS,
    LEVEL,
    OCTAVE,
    REPEATS,
    SILENT_DB,
    SIZE,
    SURPRISE,
)
from rtsynth.host.rescue.observer import Look
from rtsynth.host.rescue.profile import Profile, highest, lowest

F64 = NDArray[np.float64]

REMEMBERED_S = 0.25  # the knobs of so long count
MOST_ACCEPTED = 64  # places
SURELY = 0.75  # so far outside, in slacks, something is still healthy
# A pure tone repeats more than most; at the pitch that it is asked for it is no loop. Nor is it
# noise where the network is less sure than it was seen to be.
IN_TUNE, FURTHER = 0.9, 2.0  # FITS; it may be so much further outside
SIDES_IN_TUNE = ((FLATNESS, -1), (REPEATS, -1), (BITS, 1), (SURPRISE, 1))
REASONS = {
    (LEVEL, -1): "quiet",
    (LEVEL, 1): "loud",
    (FLATNESS, -1): "loop",
    (FLATNESS, 1): "noise",
    (REPEATS, -1): "loop",
    (REPEATS, 1): "noise",
    (FITS, -1): "pitch",
    (OCTAVE, -1): "pitch",
    (BITS, -1): "loop",
    (BITS, 1): "noise",
    (SURPRISE, 1): "noise",
    (SIZE, 1): "state",
}  # what is not here is no trap


class State(Enum):
    """Of a voice: nothing can be said; healthy; on the border; outside of what is healthy."""

    UNKNOWN, HEALTHY, BORDER, WRONG = range(4)


class Verdict(NamedTuple):
    """`reason` is that of WRONG: a value of REASONS, or "silence". `silent`: it cannot be heard."""

    state: State
    reason: str = ""
    silent: bool = False


class Judge:
    """Judges one voice of a plugin at `rate_hz`, look by look."""

    def __init__(self, profile: Profile, rate_hz: int) -> None:
        self._profile, self._remembered = profile, REMEMBERED_S * rate_hz
        self._accepted = 0
        self._recent: deque[tuple[int, F64, F64]] = deque()
        self._since: int | None = None  # when it began to be as it can be judged

    def accept(self, look: Look) -> None:
        """It is always so with these knobs: a reset made no difference.

        The last MOST_ACCEPTED of these places count.
        """
        self._profile = self._profile.with_place(look.knobs, look.features)
        if self._accepted == MOST_ACCEPTED:
            self._profile = self._profile.without(MOST_ACCEPTED)  # the first of them lies last
        else:
            self._accepted += 1
        self._recent.clear()

    def rewound(self, heard: int) -> None:
        """What there was to see beyond sample `heard` is void: it is computed anew."""
        while self._recent and self._recent[-1][0] > heard:
            self._recent.pop()
        if self._since is not None:
            self._since = min(self._since, heard)

    def judge(self, look: Look) -> Verdict:
        """What is to be said of the latest look."""
        far = self.outside(look)
        if far is None:
            return Verdict(State.UNKNOWN)
        if look.features[FITS] >= IN_TUNE and far[OCTAVE] >= 0.0:
            far[[at for at, side in SIDES_IN_TUNE if far[at] * side > 0.0]] /= FURTHER
        worst = max(REASONS, key=lambda key: far[key[0]] * key[1])
        most = far[worst[0]] * worst[1]
        silent = bool(look.features[LEVEL] < SILENT_DB)
        if most > 1.0:
            reason = "silence" if silent and worst == (LEVEL, -1) else REASONS[worst]
            return Verdict(State.WRONG, reason, silent)
        return Verdict(State.HEALTHY if most <= SURELY else State.BORDER, "", silent)

    def outside(self, look: Look) -> F64 | None:
        """How far its features [COUNT] are outside, see `Profile`; None: nothing can be said."""
        bounds = self._profile.bounds(look.knobs) if look.sounds and look.usual else None
        if bounds is None:
            self._recent.clear()
            self._since = None
            return None
        self._recent.append((look.clock, *bounds))
        self._since = look.clock if self._since is None else self._since
        while len(self._recent) > 1 and self._recent[1][0] <= look.clock - self._remembered:
            self._recent.popleft()  # the last one before that counts
        if look.clock - self._since < self._remembered:
            return None
        low = lowest(np.array([each for _, each, _ in self._recent]))
        high = highest(np.array([each for _, _, each in self._recent]))
        return self._profile.outside(look.features, (low, high))
