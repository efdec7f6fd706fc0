"""What has changed: published where it happens, kept for whoever subscribed until it is read.

No code of a subscriber runs in the thread that makes a change. It only puts the change into boxes
of bounded size, so that a subscriber that is slow, fails or is gone holds up nobody.
"""

import threading
import weakref
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, Protocol

from rtsynth.common.control_info import ControlInfo, Owner

JOURNAL_CAPACITY = 100_000


class ValueChange(NamedTuple):
    """A control has another value; from `at_ns` (`time.monotonic_ns()`) on, if it was timed."""

    slot: int
    control: ControlInfo
    value: float
    at_ns: int | None = None


DESCRIBED = frozenset(
    ("name", "slots/order", "follow", "follow/adopted", "follow/listen", "rescue")
)  # acts after which slots are described anew


class PluginChange(NamedTuple):
    """A slot has another plugin, or none any more."""

    slot: int


class Action(NamedTuple):
    """Something was done that is no value: "note_on", "note_off", "bend", "expression", "reset",
    "end_drone", "sound_off", "seed", "silence", "modulate", "preset", "bank", "bank/recall",
    "bank/back", "bank/morph", "bank/loop", "name", "rescue", "follow", "follow/adopted",
    "follow/listen" in a slot, "record" (start or stop), "mappings", "tempo", "tempo/source",
    "transport/state", "record/follow" and "slots/order" in slot 0.
    """

    slot: int
    kind: str
    arguments: tuple[Hashable, ...] = ()
    at_ns: int | None = None


Change = ValueChange | PluginChange | Action


class Latest(NamedTuple):
    """What a mailbox holds: the last change of every value, the slots whose plugin or name changed
    (0: their order), whether there was an action.
    """

    values: list[ValueChange]
    plugins: frozenset[int]
    acted: bool

    def __bool__(self) -> bool:
        return bool(self.values or self.plugins or self.acted)


class Box(Protocol):
    """Where changes are put. `put` must neither wait nor raise."""

    def put(self, change: Change) -> None: ...


def _nothing() -> None:
    """There is nothing to settle."""


class Mailbox:
    """The latest of everything since it was last read: as large as there are controls, at most.

    Args:
        settle: called before reading, to publish timed changes that have become due.
        values: whether changes of values are kept.
    """

    def __init__(self, settle: Callable[[], Any] = _nothing, *, values: bool = True) -> None:
        self._settle = settle
        self._wants_values = values
        self._lock = threading.Lock()
        self._empty()

    def _empty(self) -> None:
        self._values: dict[tuple[int, str], ValueChange] = {}
        self._plugins: set[int] = set()
        self._acted = False

    def put(self, change: Change) -> None:
        """Keep a change in place of what it replaces."""
        if isinstance(change, ValueChange) and not self._wants_values:
            return
        with self._lock:
            if isinstance(change, ValueChange):
                key = change.slot, change.control.name
                self._values.pop(key, None)  # the latest comes last
                self._values[key] = change
            elif isinstance(change, PluginChange):
                # The mixer's values are of the slot's number, whatever is loaded there.
                self._values = {
                    key: kept
                    for key, kept in self._values.items()
                    if kept.slot != change.slot or kept.control.owner is Owner.MIXER
                }
                self._plugins.add(change.slot)
            else:
                self._acted = True
                if change.kind in DESCRIBED:
                    self._plugins.add(change.slot)

    def take(self) -> Latest:
        """Everything since the last call."""
        self._settle()
        with self._lock:
            latest = Latest(list(self._values.values()), frozenset(self._plugins), self._acted)
            self._empty()
        return latest

    def take_plugins(self) -> frozenset[int]:
        """As `Latest.plugins`, since the last call; cheap, and all else is kept."""
        if not self._plugins:
            return frozenset()
        with self._lock:
            plugins, self._plugins = frozenset(self._plugins), set()
        return plugins


class Journal:
    """Every change in order, up to `capacity` between two readings; `lost` counts the rest.

    Args:
        settle: called before reading, to publish timed changes that have become due.
    """

    def __init__(
        self, settle: Callable[[], Any] = _nothing, capacity: int = JOURNAL_CAPACITY
    ) -> None:
        self._settle, self._capacity = settle, capacity
        self._lock = threading.Lock()
        self._changes: list[Change] = []
        self.lost = 0

    def put(self, change: Change) -> None:
        """Keep a change, if there is room."""
        with self._lock:
            if len(self._changes) < self._capacity:
                self._changes.append(change)
            else:
                self.lost += 1

    def take(self) -> list[Change]:
        """Everything since the last call."""
        self._settle()
        with self._lock:
            changes, self._changes = self._changes, []
        return changes


class Publisher:
    """Puts changes into boxes. A box that nobody holds any more is forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._boxes: tuple[weakref.ref[Box], ...] = ()
        self._for_values: tuple[weakref.ref[Box], ...] = ()  # those of them that want values

    def add(self, box: Box, *, values: bool = True) -> None:
        """Put changes into a box from now on; those of values only if it wants them."""
        reference = weakref.ref(box)
        with self._lock:
            self._boxes = (*_alive(self._boxes), reference)
            self._for_values = (*_alive(self._for_values), *((reference,) if values else ()))

    def publish(self, change: Change) -> None:
        """Let everybody know of a change. Any thread may."""
        for known in self._for_values if isinstance(change, ValueChange) else self._boxes:
            box = known()
            if box is not None:
                box.put(change)


def _alive(boxes: tuple[weakref.ref[Box], ...]) -> tuple[weakref.ref[Box], ...]:
    return tuple(known for known in boxes if known() is not None)
