"""Who subscribes: where they are sent to, what they chose, and when they are forgotten.

There is always a place for a client on this machine: those elsewhere have places of their own, and
here the one that was silent longest makes room.
"""

import math
import time
from dataclasses import dataclass, field

from rtsynth.common.errors import ControlError
from rtsynth.control.osc.choice import Choice
from rtsynth.control.osc.endpoint import Address
from rtsynth.control.osc.guests import CONFIRM_AGAIN_S, CONFIRMED_S
from rtsynth.control.osc.levels import Levels

SILENCE_LIMIT_S = 10.0  # a subscriber that says neither /notify 1 nor /ping is gone by then
MAX_SUBSCRIBERS = 32  # on this machine
MAX_AFAR = 16  # on other machines, ...
MAX_PER_HOST = 4  # ... and on each of them


@dataclass(slots=True)
class Subscriber:
    """Where it is sent to, what it chose, and what waits until it is due."""

    target: Address
    choice: Choice
    expiry_s: float
    until_s: float  # when a client on another machine has to have confirmed again
    # By address, and the slot whose plugin they belong to: None for the mixer's.
    values: dict[tuple[int | None, str], bytes] = field(default_factory=dict)
    events: list[bytes] = field(default_factory=list)
    events_left_out: int = 0
    levels: Levels = field(default_factory=Levels)
    scope_cursor: int | None = None
    due_s: dict[str, float] = field(default_factory=dict)

    @property
    def afar(self) -> bool:
        """Whether it is on another machine."""
        return self.until_s < float("inf")

    def wants(self, kind: str) -> bool:
        """Whether it chose a kind."""
        return kind in self.choice.kinds

    def next_due_s(self) -> float:
        """When the next of its kinds is due."""
        return min(self.due_s.get(kind, 0.0) for kind in self.choice.kinds)

    def take_due(self, now_s: float) -> set[str]:
        """The kinds that are due, each once in its interval.

        Intervals of the same length end at the same time for all subscribers.
        """
        due = {kind for kind in self.choice.kinds if self.due_s.get(kind, 0.0) <= now_s}
        for kind in due:
            interval_s = self.choice.interval_s(kind)
            self.due_s[kind] = (math.floor(now_s / interval_s + 1e-6) + 1) * interval_s
        return due


class Subscribers:
    """By source, the last to send last. For one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[Address, Subscriber] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, source: Address, target: Address, choice: Choice, *, afar: bool) -> None:
        """Add a subscriber, or renew it.

        Raises:
            ControlError: there are too many on other machines.
        """
        self.forget_silent()
        now_s = time.monotonic()
        until_s = now_s + CONFIRMED_S if afar else float("inf")
        before = self._known.pop(source, None)
        if before is None:
            self._make_room(source, afar)
        if before is not None and (before.target, before.choice) == (target, choice):
            before.expiry_s, before.until_s = now_s + SILENCE_LIMIT_S, until_s
            self._known[source] = before
        else:
            self._known[source] = Subscriber(target, choice, now_s + SILENCE_LIMIT_S, until_s)

    def _make_room(self, source: Address, afar: bool) -> None:
        others = [each for each, subscriber in self._known.items() if subscriber.afar]
        if afar:
            if sum(each[0] == source[0] for each in others) >= MAX_PER_HOST:
                raise ControlError(f"there are {MAX_PER_HOST} subscribers on that machine already")
            if len(others) >= MAX_AFAR:
                raise ControlError(f"there are {MAX_AFAR} subscribers on other machines already")
        elif len(self._known) - len(others) >= MAX_SUBSCRIBERS:
            here = (s for s, subscriber in self._known.items() if not subscriber.afar)
            del self._known[next(here)]

    def renew(self, source: Address, target: Address, choice: Choice) -> bool:
        """Renew a subscriber elsewhere; False if it has to confirm (again)."""
        self.forget_silent()
        known = self._known.get(source)
        if known is None or (known.target, known.choice) != (target, choice):
            return False
        self.keep_alive(source)
        return not known.afar or known.until_s - time.monotonic() > CONFIRM_AGAIN_S

    def keep_alive(self, source: Address) -> None:
        """Take note that a client is there; it matters only when it is a subscriber."""
        known = self._known.pop(source, None)
        if known is not None:
            known.expiry_s = min(time.monotonic() + SILENCE_LIMIT_S, known.until_s)
            self._known[source] = known

    def remove(self, source: Address) -> None:
        """Forget a subscriber."""
        self._known.pop(source, None)

    def has_host(self, host: str) -> bool:
        """Whether somebody on that machine subscribes."""
        self.forget_silent()
        return any(source[0] == host for source in self._known)

    def current(self) -> list[Subscriber]:
        """One for each place that is sent to: the last that named it."""
        return list({subscriber.target: subscriber for subscriber in self._known.values()}.values())

    def forget_silent(self) -> None:
        """Forget those who were not there for long."""
        now_s = time.monotonic()
        for source, subscriber in list(self._known.items()):
            if subscriber.expiry_s <= now_s:
                del self._known[source]
