"""Names and order of the slots: what a performer calls them, and how the rack is arranged.

Both are for people. A slot keeps its number, which addresses and mappings go by. A name belongs to
the number until the slot is emptied; a slot without one is called as its plugin.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rtsynth.common.control_names import LONGEST_SLOT_NAME
from rtsynth.common.errors import ControlError, InputError
from rtsynth.engine.live.shared import MAX_SLOTS
from rtsynth.host.changes import Action
from rtsynth.host.stage import Stage

NAMED, ORDERED = "name", "slots/order"  # kinds of `Action`


def checked_name(text: str) -> str:
    """A name as it is kept; "" for none.

    Raises:
        ControlError: too long, or not a single line of printable characters.
    """
    text = text.strip()
    if len(text) > LONGEST_SLOT_NAME:
        raise ControlError(
            f"name: it has {len(text)} characters, at most {LONGEST_SLOT_NAME} are allowed"
        )
    if not text.isprintable():
        raise ControlError("name: one line of printable characters is allowed")
    return text


class Lineup:
    """The names and order of the slots that are filled. Any thread may call anything.

    Implements `rtsynth.host.sections.Service`.

    Args:
        loaded: the names of the plugins, by slot.
        on_names: called with the names that were given, by slot, when they change.
    """

    def __init__(
        self,
        stage: Stage,
        loaded: Callable[[], Mapping[int, str]],
        on_names: Callable[[Mapping[int, str]], None] = lambda names: None,
    ) -> None:
        self._stage, self._loaded, self._on_names = stage, loaded, on_names
        self._lock = threading.Lock()
        self._names: dict[int, str] = {}
        self._order: tuple[int, ...] = ()  # those behind it follow by number

    def name(self, slot: int) -> str:
        """What a slot is called.

        Raises:
            ControlError: it is empty.
        """
        return self._names.get(slot) or self._plugin(slot)

    def given(self, slot: int) -> str:
        """The name that a slot was given; "" where it is called as its plugin."""
        return self._names.get(slot, "")

    def rename(self, slot: int, name: str) -> None:
        """Call a slot `name`; "" is as its plugin, whichever that will be.

        Raises:
            ControlError: it is empty, or nothing can have that name.
        """
        name = checked_name(name)
        with self._lock:  # a slot that is emptied meanwhile keeps no name
            if name == self._plugin(slot):
                name = ""
            self._put_names({**self._names, slot: name})

    @property
    def order(self) -> list[int]:
        """The slots that are filled, as they are arranged."""
        loaded = sorted(self._loaded())
        first = [number for number in self._order if number in loaded]
        return first + [number for number in loaded if number not in first]

    def arrange(self, slots: Sequence[int]) -> None:
        """Put these slots first, in this order; the others stay behind them as they are.

        Raises:
            ControlError: one of them is empty, or is there twice.
        """
        if len(set(slots)) < len(slots):
            raise ControlError("a slot is named twice")
        with self._lock:
            for slot in slots:
                self._plugin(slot)
            self._put_order((*slots, *(each for each in self.order if each not in slots)))

    def move(self, slot: int, position: int) -> int:
        """Put a slot at a position, from 1; returns the position, after clamping.

        Raises:
            ControlError: it is empty.
        """
        with self._lock:
            self._plugin(slot)
            order = [each for each in self.order if each != slot]
            position = min(max(position, 1), len(order) + 1)
            order.insert(position - 1, slot)
            self._put_order(tuple(order))
        return position

    def forget(self, slot: int) -> None:
        """A slot is empty: what comes there next has neither its name nor its place."""
        with self._lock:
            self._order = tuple(each for each in self._order if each != slot)
            self._put_names({**self._names, slot: ""})

    def read(self) -> dict[str, Any]:
        """What there is to restore."""
        with self._lock:
            names = {str(slot): name for slot, name in sorted(self._names.items())}
            return {"names": names, "order": list(self._order)}

    def restore(self, data: Any) -> list[str]:
        """Go back there; other slots have no names any more.

        Raises:
            InputError: it is damaged.
        """
        if not isinstance(data, dict):
            raise InputError("lineup: not a table of names and order")
        names, order = _read_names(data.get("names", {})), _read_order(data.get("order", []))
        with self._lock:
            self._put_names({**dict.fromkeys(self._names, ""), **names})
            self._put_order(order)
        return []

    def _plugin(self, slot: int) -> str:
        """The name of a slot's plugin."""
        loaded = self._loaded()
        if slot not in loaded:
            raise ControlError(f"slot {slot} is empty")
        return loaded[slot]

    def _put_names(self, names: Mapping[int, str]) -> None:
        """Take names, "" for none, and publish those that change."""
        changed = [slot for slot, name in names.items() if name != self._names.get(slot, "")]
        self._names = {slot: name for slot, name in names.items() if name}
        if not changed:
            return
        self._on_names(dict(self._names))
        loaded = self._loaded()
        for slot in changed:
            if slot in loaded:
                name = self._names.get(slot) or loaded[slot]
                self._stage.publish(Action(slot, NAMED, (name,)))

    def _put_order(self, order: tuple[int, ...]) -> None:
        before, self._order = self.order, order
        if self.order != before:
            self._stage.publish(Action(0, ORDERED, tuple(self.order)))


def _read_names(data: Any) -> dict[int, str]:
    slots = {str(number): number for number in range(1, MAX_SLOTS + 1)}
    if not isinstance(data, dict) or not data.keys() <= slots.keys():
        raise InputError(f"names: not a table of slots 1 to {MAX_SLOTS}")
    if not all(isinstance(name, str) for name in data.values()):
        raise InputError("names: not texts")
    return {slots[number]: checked_name(name) for number, name in data.items()}


def _read_order(data: Any) -> tuple[int, ...]:
    fine = isinstance(data, list) and all(
        type(number) is int and 1 <= number <= MAX_SLOTS for number in data
    )
    if not fine or len(set(data)) < len(data):
        raise InputError(f"order: not a list of different slots 1 to {MAX_SLOTS}")
    return tuple(data)
