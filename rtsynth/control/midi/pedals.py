"""What the pedals of a port hold: sustain (CC 64) all keys, sostenuto (CC 66) those held then."""

from collections.abc import Iterable
from typing import NamedTuple


class Key(NamedTuple):
    """A key of a keyboard; the channel is 1..16."""

    channel: int
    note: int


class Pedals:
    """Released keys that sound on, and why."""

    def __init__(self) -> None:
        self._down: set[int] = set()  # channels whose sustain pedal is down
        self._caught: dict[int, frozenset[Key]] = {}  # by channel: keys that sostenuto holds
        self._released: set[Key] = set()  # keys that are up, and sound

    def press(self, key: Key) -> None:
        """A key is down (again)."""
        self._released.discard(key)

    def holds(self, key: Key) -> bool:
        """A key that sounds is up: whether it sounds on."""
        held = self._is_held(key)
        if held:
            self._released.add(key)
        return held

    def forget(self, key: Key) -> None:
        """A key is silent."""
        self._released.discard(key)

    def sustain(self, channel: int, down: bool) -> list[Key]:
        """The sustain pedal moved; the keys that fall silent now."""
        (self._down.add if down else self._down.discard)(channel)
        return self._let_go()

    def sostenuto(self, channel: int, down: bool, held: Iterable[Key]) -> list[Key]:
        """The sostenuto pedal moved; it catches the keys that are `held`, not those to come."""
        if not down:
            self._caught.pop(channel, None)
        elif channel not in self._caught:
            own = (key for key in held if key.channel == channel)
            self._caught[channel] = frozenset(key for key in own if key not in self._released)
        return self._let_go()

    def raise_all(self, channel: int) -> list[Key]:
        """Both are up; the keys that fall silent now."""
        self._down.discard(channel)
        self._caught.pop(channel, None)
        return self._let_go()

    def _is_held(self, key: Key) -> bool:
        return key.channel in self._down or key in self._caught.get(key.channel, ())

    def _let_go(self) -> list[Key]:
        silent = sorted(key for key in self._released if not self._is_held(key))
        self._released.difference_update(silent)
        return silent
