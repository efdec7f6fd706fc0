"""Steering out of traps: what is done to a voice, verdict by verdict, and when nothing is.

    gentle: wrong for a while -> cooler; still wrong after as long -> back to a healthy state
    firm:   wrong for a while -> back to a healthy state; so is gentle, where cooler sampling is no
            remedy

After an act nothing is judged until all that is looked at is new. Where that did not help, it is
gone back further, then the network is reset. If that is no better, or helps for a moment only again
and again, it is so with these knobs: no trap, and left alone from then on.
No thread, no clock: time is that of the voice, in samples. Where sound is computed ahead, that is
ahead, too: see `rewound`.
"""

from collections import deque
from enum import Enum
from typing import NamedTuple

from rtsynth.host.rescue.features import WINDOW
from rtsynth.host.rescue.traps import State, Verdict

OFF, GENTLE, FIRM = MODES = ("off", "gentle", "firm")
PATIENCE = 3  # looks
# A pause is no trap, and no network grows beyond bounds by itself.
PATIENCE_FOR = {"quiet": 10, "silence": 10, "state": 2}
COOLER = 0.75  # times the temperature
COOLED = frozenset(("noise", "pitch", "loud"))  # reasons: what is stuck needs no less chance
COOL_S = 0.15  # after it was gone back
QUIET_S = 0.1  # besides what is looked at
HELPED_S = 0.4  # healthy for so long after an act, it has helped
OFTEN, OFTEN_S = 8, 10.0  # more rescues than that within that time: it is so with these knobs
RING_S = 55.0  # states of before are there for so long, with some to spare
FURTHER_S = 0.5  # the second time; then twice as far
RESET_AT = 3  # the attempt that is a reset; the next one accepts


class Kind(Enum):
    """What is done: cool the sampling, let it be as warm as its knob, return, reset, accept."""

    COOL, WARM, RETURN, RESET, ACCEPT = range(5)


class Act(NamedTuple):
    """`at`: the sample of the voice to return to. `reason` is there once for each rescue."""

    kind: Kind
    at: int = 0
    reason: str = ""


class Steering:
    """Steers one voice of a plugin at `rate_hz`; `margin` [samples] lie between kept states."""

    def __init__(self, rate_hz: int, margin: int) -> None:
        self._rate_hz, self._margin = rate_hz, margin
        self._healthy: deque[int] = deque()
        self._wrong = 0  # looks in a row
        self._wrong_since = 0
        self._tried = 0  # in this trap
        self._quiet_until = self._warm_at = self._cool_for = 0
        self._went_to = 0
        self._cool = False
        self._rescues: deque[int] = deque()  # when

    @property
    def busy(self) -> bool:
        """Whether something is still to be taken back."""
        return self._cool

    def rewound(self, heard: int) -> None:
        """What was computed beyond sample `heard`, which is heard now, is void: it is computed anew
        from there, or a little later, with all that was done.
        """
        while self._healthy and self._healthy[-1] > heard:
            self._healthy.pop()
        if self._wrong_since > heard:
            self._wrong = 0
        self._quiet_until = min(self._quiet_until, heard + self._settling)
        self._warm_at = min(self._warm_at, heard + self._cool_for)
        self._rescues = deque(min(at, heard) for at in self._rescues)

    @property
    def _settling(self) -> int:
        """From an act until all that is looked at is new."""
        return WINDOW + round(QUIET_S * self._rate_hz)

    def step(self, mode: str, clock: int, verdict: Verdict, heard: int | None = None) -> list[Act]:
        """What is to be done now; `heard` is the sample that is heard, where that is not `clock`.

        What is done takes effect after that one, so nothing later can be returned to.
        """
        acts: list[Act] = []
        if self._cool and (clock >= self._warm_at or mode == OFF):
            self._cool = False
            acts.append(Act(Kind.WARM))
        if mode == OFF or verdict.state is State.UNKNOWN or clock < self._quiet_until:
            self._wrong = 0
            return acts
        if verdict.state is not State.WRONG:
            self._wrong = 0
            self._is_well(clock, verdict)
            return acts
        if self._wrong == 0:
            self._wrong_since = clock
        self._wrong += 1
        cools = mode == GENTLE and verdict.reason in COOLED
        patience = PATIENCE_FOR.get(verdict.reason, PATIENCE)
        if cools and self._tried == 0 and self._wrong == patience:
            acts += self._cool_down(clock, 2 * WINDOW)
        if self._wrong >= (2 * patience if cools else patience):
            acts += self._rescue(mode, clock, verdict.reason, clock if heard is None else heard)
        return acts

    def _is_well(self, clock: int, verdict: Verdict) -> None:
        while self._healthy and self._healthy[0] < clock - RING_S * self._rate_hz:
            self._healthy.popleft()
        if verdict.state is State.HEALTHY:
            if not verdict.silent:  # from where it pauses it might pause for long
                self._healthy.append(clock)
            if clock > self._quiet_until + HELPED_S * self._rate_hz:
                self._tried = 0

    def _cool_down(self, clock: int, samples: int) -> list[Act]:
        acts = [] if self._cool else [Act(Kind.COOL)]
        self._cool, self._cool_for, self._warm_at = True, samples, clock + samples
        return acts

    def _rescue(self, mode: str, clock: int, reason: str, heard: int) -> list[Act]:
        self._wrong, self._tried = 0, self._tried + 1
        self._rescues.append(clock)
        while self._rescues[0] < clock - OFTEN_S * self._rate_hz:
            self._rescues.popleft()
        if self._tried > RESET_AT or len(self._rescues) > OFTEN:
            self._rescues.clear()
            return [Act(Kind.ACCEPT)]
        self._quiet_until = clock + self._settling
        at = self._moment(heard)
        if at is None or self._tried == RESET_AT:
            self._tried = RESET_AT
            return [Act(Kind.RESET, reason=reason)]
        self._went_to = at
        acts = [Act(Kind.RETURN, at, reason)]
        if mode == GENTLE and reason in COOLED:
            acts += self._cool_down(clock, round(COOL_S * self._rate_hz))
        return acts

    def _moment(self, heard: int) -> int | None:
        """Before the newest window that was healthy; further back than where that did not help."""
        before = heard
        if self._tried > 1:
            before = self._went_to - round(FURTHER_S * 2 ** (self._tried - 2) * self._rate_hz)
        while self._healthy:
            at = self._healthy[-1] - WINDOW - self._margin
            if at < max(heard - RING_S * self._rate_hz, 0):
                return None
            if at <= before:
                return at
            self._healthy.pop()
        return None
