"""Undo and redo: what a performer did in the window, one step for each gesture."""

import itertools
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from rtsynth_gui.edit.moments import Moment

MOST_STEPS = 200
SAME = 1e-5  # values come back from the engine as float32
_gestures = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the engine keeps under a name, to go back to as far as `standing` still stands."""

    name: str
    standing: str = ""


Setting = float | str | tuple[int, ...] | Snapshot | Moment  # a value, a name, an order


def new_gesture() -> int:
    """A number for what belongs together: a drag, or several notches of a wheel."""
    return next(_gestures)


@dataclass(frozen=True, slots=True)
class Step:
    """Settings by address, before and after. Undoing sends `before`, redoing sends `after`.

    Steps of one `gesture` become one; 0 is a gesture of its own.
    """

    title: str
    before: Mapping[str, Setting]
    after: Mapping[str, Setting]
    gesture: int = 0


class History:
    """Steps done and undone.

    What has been moved by something else since (MIDI, OSC, another window) is left as it is: a step
    is undone where its values still stand, and skipped where none of them does.

    Args:
        current: the setting at an address as it is now; None where there is none. A snapshot is
            gone back to whatever there is: the engine compares. Of a network it is its plugin.
        send: sets one.
    """

    def __init__(
        self, current: Callable[[str], Setting | None], send: Callable[[str, Setting], None]
    ) -> None:
        self._current = current
        self._send = send
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._under_way: list[Step] = []  # done by the engine, which has not answered yet
        self.count = 0  # of what was ever done, moves of one gesture included

    def begin(self, step: Step) -> None:
        """Take note of what is being done. It is in its place, and undone once it is settled."""
        self._under_way.append(step)
        self._put(step)

    def settle(self, step: Step) -> None:
        """It has been done."""
        if self._is_under_way(step):
            self._under_way = [each for each in self._under_way if each is not step]
            self._undone.clear()
            self.count += 1

    def join(self, first: Step, second: Step, one: Step) -> None:
        """Put one step in place of two, if they have been done and follow each other."""
        if self._is_under_way(first) or self._is_under_way(second):
            return
        for place, (step, after) in enumerate(pairwise(self._done)):
            if step is first and after is second:
                self._done[place : place + 2] = [one]
                return

    def drop(self, is_gone: Callable[[Step], bool]) -> None:
        """Forget steps: they came to nothing, or cannot be gone back to any more."""
        for steps in (self._under_way, self._done, self._undone):
            steps[:] = [step for step in steps if not is_gone(step)]

    @property
    def waiting(self) -> str:
        """The title of the last step, as long as it is under way; else ""."""
        last = self._done[-1] if self._done else None
        return last.title if last is not None and self._is_under_way(last) else ""

    def _is_under_way(self, step: Step) -> bool:
        return any(each is step for each in self._under_way)

    def add(self, step: Step) -> None:
        """Take note of what was done. What was undone before cannot be redone any more."""
        self._undone.clear()
        self.count += 1
        last = self._done[-1] if self._done else None
        if last is not None and step.gesture and step.gesture == last.gesture:
            new = {a: v for a, v in step.before.items() if a not in last.after}
            before = {**new, **last.before}
            self._done[-1] = replace(step, before=before, after={**last.after, **step.after})
            return
        self._put(step)

    def _put(self, step: Step) -> None:
        self._done.append(step)
        del self._done[:-MOST_STEPS]

    @property
    def undo_title(self) -> str:
        """What `undo` would undo; "" for nothing."""
        return self._title(self._done, lambda step: step.after)

    @property
    def redo_title(self) -> str:
        """What `redo` would do again; "" for nothing."""
        return self._title(self._undone, lambda step: step.before)

    def undo(self) -> str:
        """Undo one step; its title, or "" if there was none."""
        return self._turn(self._done, self._undone, lambda step: (step.after, step.before))

    def redo(self) -> str:
        """Do again what was undone last; its title, or "" if there was none."""
        return self._turn(self._undone, self._done, lambda step: (step.before, step.after))

    def _title(self, steps: list[Step], values: Callable[[Step], Mapping[str, Setting]]) -> str:
        if self.waiting:
            return ""
        return next((step.title for step in reversed(steps) if self._stand(values(step))), "")

    def _turn(
        self,
        source: list[Step],
        target: list[Step],
        ways: Callable[[Step], tuple[Mapping[str, Setting], Mapping[str, Setting]]],
    ) -> str:
        while source and not self.waiting:
            step = source.pop()
            standing, wanted = ways(step)
            if not self._stand(standing):
                continue
            for address, value in wanted.items():
                if address not in standing or self._stands(address, standing[address]):
                    self._send(address, value)
            target.append(step)
            return step.title
        return ""

    def _stand(self, values: Mapping[str, Setting]) -> bool:
        return any(self._stands(address, value) for address, value in values.items())

    def _stands(self, address: str, value: Setting) -> bool:
        if isinstance(value, Snapshot):
            return True
        now = self._current(address)
        if isinstance(value, Moment):
            return value.stands(now, time.monotonic())
        if isinstance(now, float | int) and isinstance(value, float | int):
            return math.isclose(now, value, rel_tol=SAME, abs_tol=SAME)
        return now == value
