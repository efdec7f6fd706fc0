"""Snapshots: slots and sections as they are now, in memory, for undo. They end with the engine."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rtsynth.common.errors import ControlError
from rtsynth.engine.live.shared import MAX_SLOTS
from rtsynth.host.loading import Loadable
from rtsynth.host.performance import Performance, performance_of
from rtsynth.host.presets.moves import TOGETHER_NS
from rtsynth.host.presets.restoring import Restoring
from rtsynth.host.rack import Rack
from rtsynth.host.sections import Sections

MOST = 128
LONGEST_NAME = 64
_SETTLE_S = 2 * TOGETHER_NS / 1e9  # what was moved together a moment ago is there

log = logging.getLogger("rtsynth")


@dataclass(frozen=True)
class _Snapshot:
    """`slots`: those that are meant, also empty ones; `names` and `order` as in the rack's."""

    slots: frozenset[int]
    performance: Performance
    names: dict[int, str]
    order: tuple[int, ...]
    sources: dict[int, Loadable] = field(default_factory=dict)  # of plugins in no file


class Snapshots:
    """The latest `MOST` snapshots, by name. Any thread may call anything.

    Args:
        prepare: reads what sections have not read so far.
    """

    def __init__(
        self,
        rack: Rack,
        sections: Sections,
        restoring: Restoring,
        prepare: Callable[[], None],
    ) -> None:
        self._rack, self._sections, self._restoring = rack, sections, restoring
        self._prepare = prepare
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Snapshot] = OrderedDict()

    def keep(self, name: str, slots: Sequence[int] = (), sections: Sequence[str] = ()) -> None:
        """Take a snapshot of some slots and sections; of everything where neither is named.

        Raises:
            ControlError: no such slot or section, or too long a name.
        """
        if len(name) > LONGEST_NAME:
            raise ControlError(f"a snapshot's name has at most {LONGEST_NAME} characters")
        for slot in slots:
            if not 1 <= slot <= MAX_SLOTS:
                raise ControlError(f"slot {slot}: slots are 1 to {MAX_SLOTS}")
        for section in sections:
            if not self._sections.serves(section):
                raise ControlError(f"no section {section[:LONGEST_NAME]!r}")
        every = not slots and not sections
        self._prepare()
        time.sleep(_SETTLE_S)
        with self._lock:
            self._kept[name] = self._taken(
                frozenset(range(1, MAX_SLOTS + 1) if every else slots),
                None if every else sections,
            )
            self._kept.move_to_end(name)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def _taken(self, numbers: frozenset[int], sections: Sequence[str] | None) -> _Snapshot:
        rack = self._rack
        slots = [slot for slot in rack.slots if slot.number in numbers]
        whole = performance_of(slots, self._sections)
        if sections is not None:
            wanted = {name: data for name, data in whole.sections.items() if name in sections}
            whole = Performance(whole.slots, wanted)
        return _Snapshot(
            numbers,
            whole,
            {slot.number: rack.lineup.given(slot.number) for slot in slots},
            tuple(rack.lineup.order),
            {slot.number: slot.plugin for slot in slots if slot.plugin.path is None},
        )

    def recall(self, name: str) -> list[str]:
        """Go back to a snapshot; a line for everything that cannot be had any more.

        Raises:
            ControlError: there is none of that name.
        """
        with self._lock:
            snapshot = self._kept.get(name)
            if snapshot is None:
                raise ControlError(f"no snapshot {name[:LONGEST_NAME]!r} any more")
            before = {slot.number for slot in self._rack.slots}
            kept = snapshot.performance
            problems = self._restoring.slots(kept.slots, snapshot.slots, snapshot.sources)
            self._name(snapshot, before)
            problems += self._sections.restore(kept.sections)
        for problem in problems:
            log.warning("snapshot: %s", problem)
        return problems

    def _name(self, snapshot: _Snapshot, before: set[int]) -> None:
        """Slots that were empty have their names and places again."""
        lineup = self._rack.lineup
        there = {slot.number for slot in self._rack.slots}
        new = there - before
        for number in new & snapshot.names.keys():
            lineup.rename(number, snapshot.names[number])
        if new:
            lineup.arrange([number for number in snapshot.order if number in there])
