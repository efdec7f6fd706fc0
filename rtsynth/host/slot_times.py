"""When a slot's changes are made: at once, shortly before their time, or kept until then."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from rtsynth.common.errors import ControlError
from rtsynth.common.log import RateLimitedLog
from rtsynth.engine.live import shared as sh
from rtsynth.host.schedule import LEAD_NS, Later
from rtsynth.host.stage import Stage

JITTER_S = 0.05  # two looks at the device's clock differ by less, unless it was another device

log = RateLimitedLog(logging.getLogger("rtsynth"))


class SlotTimes:
    """Makes the changes of one slot that have a time in the order of it.

    A change is `act(actor, at_ns, *arguments)`, called with the locks of stage and slot held.

    Args:
        actor: the slot. What waits here for its time is for whatever actor its number then has.
        has_room: whether the engine takes a change for later of this slot.
        lock: the slot's.
    """

    def __init__(
        self,
        stage: Stage,
        number: int,
        has_room: Callable[[], bool],
        lock: threading.RLock,
        actor: object,
    ) -> None:
        self._stage = stage
        self._number = number
        self._has_room = has_room
        self._lock = lock
        self._actor = actor
        # What the engine has been given for later, and may not have come to: the room it has for
        # such changes bounds it.
        self._given: deque[Later] = deque()
        self._last = (-1, sh.NOW)  # time and device frame of the last change that was given

    def at(
        self,
        at_ns: int | None,
        act: Callable[..., None],
        arguments: tuple[Any, ...],
        subject: int = 0,
    ) -> None:
        """Make a change at a `time.monotonic_ns()` time; None and what is past: now.

        What is due within LEAD_S goes to the engine at once, unless something before it waits.

        Args:
            subject: how many of the arguments, from the first, say what it is that is given a
                value; 0: it is another kind of change.

        Raises:
            ControlError: too many changes wait.
        """
        stage, number = self._stage, self._number
        ahead_ns = 0 if at_ns is None or not stage.running else at_ns - time.monotonic_ns()
        if at_ns is not None and ahead_ns > LEAD_NS:
            stage.schedule.put(number, at_ns, act, arguments, subject)
            return
        # Under locks, so that what `get` returns last is what the engine got last, and that
        # nothing starts to play while a value is put in its place.
        with stage.lock, self._lock:  # in this order everywhere
            if at_ns is None or ahead_ns <= 0:
                act(self._actor, at_ns, *arguments)
            elif stage.schedule.is_clear(number, at_ns) and self._has_room():
                self._give(Later(at_ns, act, arguments, subject))
            else:
                stage.schedule.put(number, at_ns, act, arguments, subject)

    def feed(self, until_ns: int, end_s: float) -> bool:
        """Give the engine what waits up to `until_ns`, until `time.monotonic()` is `end_s`.

        False if it had no room for all of it.
        """
        stage = self._stage
        with stage.lock, self._lock:
            while time.monotonic() < end_s:
                if not self._has_room():
                    return False
                later = stage.schedule.take(self._number, until_ns)
                if later is None:
                    break
                try:
                    self._give(later)
                except ControlError as error:  # it was sent to another plugin
                    log.warning(f"slot {self._number}: a scheduled change failed: {error}")
            return True

    def _give(self, later: Later) -> None:
        later.act(self._actor, later.at_ns, *later.arguments)
        now_ns = time.monotonic_ns()
        while self._given and self._given[0].at_ns <= now_ns:
            self._given.popleft()
        if later.at_ns > now_ns:
            self._given.append(later)

    def hand_over(self) -> None:
        """Put what was given for later back on the schedule, for the plugin that is loaded next.

        In the engine it goes with this slot's voice.
        """
        now_ns = time.monotonic_ns()
        while self._given:
            later = self._given.popleft()
            if later.at_ns > now_ns:
                self._stage.schedule.put(
                    self._number, later.at_ns, later.act, later.arguments, later.subject
                )

    def forget(self) -> None:
        """Drop what waits on the schedule."""
        self._stage.schedule.drop(self._number)
        self._given.clear()

    def frame_for(self, at_ns: int | None) -> int:
        """The device frame of a time: the same for the same time, and never before an earlier one.

        (The device's clock is read anew for each change, and reads a little different.)
        """
        frame = self._stage.frame_for(at_ns)
        if at_ns is None or frame == sh.NOW:
            return frame
        last_ns, last_frame = self._last
        if at_ns < last_ns:
            return frame
        if abs(frame - last_frame) < JITTER_S * self._stage.rate_hz:
            frame = last_frame if at_ns == last_ns else max(frame, last_frame)
        self._last = (at_ns, frame)
        return frame
