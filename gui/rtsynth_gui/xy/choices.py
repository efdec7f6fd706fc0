"""What the pad holds, among what can be undone: by keys, and numbers that stand for choices."""

from collections.abc import Callable, Hashable, Mapping
from typing import Protocol

from rtsynth_gui.edit.desk import Desk
from rtsynth_gui.edit.history import Step
from rtsynth_gui.edit.numbers import Numbers


class Chooser(Protocol):
    """A part of the page where something is chosen."""

    def choice(self, key: str) -> Hashable | None:
        """What is chosen now; None where the key is another's."""

    def choose(self, key: str, thing: Hashable) -> None:
        """Choose it."""


class Choices:
    """Installs itself at the desk. `kept()` is called when undo has chosen something."""

    def __init__(self, desk: Desk, parts: tuple[Chooser, ...], kept: Callable[[], None]) -> None:
        self._desk, self._parts, self._kept = desk, parts, kept
        self._numbers: Numbers[Hashable] = Numbers()
        desk.add(self)

    def chosen(self, title: str, before: Mapping[str, Hashable]) -> None:
        """Something was chosen: what was chosen before, by keys."""
        after = {key: self.current(key) for key in before}
        numbered = {key: self._numbers.of(thing, thing) for key, thing in before.items()}
        changed = {key: value for key, value in after.items() if value is not None}
        if numbered != changed:
            self._desk.edited(Step(title, numbered, changed))

    def _now(self, key: str) -> Hashable | None:
        found = (part.choice(key) for part in self._parts)
        return next((thing for thing in found if thing is not None), None)

    def current(self, address: str) -> float | None:
        """What is chosen, by its number; for the rest the desk asks others."""
        thing = self._now(address)
        return None if thing is None else self._numbers.of(thing, thing)

    def put(self, address: str, value: float) -> None:
        """Undo and redo."""
        if self._now(address) is not None:
            for part in self._parts:
                part.choose(address, self._numbers[value])
            self._kept()

    def wait_for_midi(self, address: str) -> None:
        """No choice does."""
