"""Presses of physical controls: each counts once, however often a device repeats it."""

from collections.abc import Hashable

from rtsynth.host.mapping.binding import PROGRAM, Move

MOST = 10_000


class Presses:
    """What is pressed. For one thread."""

    def __init__(self) -> None:
        self._pressed: set[Hashable] = set()

    def turn(self, key: Hashable, moved: Move) -> bool | None:
        """Whether this begins (True) or ends (False) the press of a key; None for neither.

        A program change is a press every time: there is nothing to release.
        """
        was, now = key in self._pressed, moved.is_pressed
        if moved.control.kind == PROGRAM:
            return True
        if len(self._pressed) >= MOST:
            self._pressed.clear()
        (self._pressed.add if now else self._pressed.discard)(key)
        return None if was == now else now
