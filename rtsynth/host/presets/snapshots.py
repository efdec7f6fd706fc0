"""Snapshots: slots, sections and files as they are now, in memory, for undo.

They end with the engine.
"""

import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace

from rtsynth.common.errors import ControlError
from rtsynth.engine.live.shared import MAX_SLOTS
from rtsynth.host.loading import Loadable
from rtsynth.host.performance import KeptSlot, Performance, performance_of
from rtsynth.host.presets.kept_files import (
    MOST_BYTES,
    Files,
    KeptFile,
    put_back,
    size_of,
    take_files,
    undone_files,
)
from rtsynth.host.presets.kept_networks import (
    Networks,
    put_networks_back,
    still_there,
    take_networks,
)
from rtsynth.host.presets.merging import same, undone_sections, undone_slot
from rtsynth.host.presets.moves import TOGETHER_NS
from rtsynth.host.presets.restoring import Restoring
from rtsynth.host.rack import Rack
from rtsynth.host.sections import Sections
from rtsynth.host.state_banks import StateBanks

MOST, MOST_IN_ALL = 128, 512  # of an owner; of all owners
EMPTY = ""  # the name of empty slots
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
    owner: Hashable = None
    files: Files = field(default_factory=dict)
    networks: Networks = field(default_factory=dict)


class Snapshots:
    """The latest `MOST` snapshots of each owner, by name. Any thread may call anything.

    Args:
        prepare: reads what sections have not read so far.
        banks: what knows the states of networks.
    """

    def __init__(
        self,
        rack: Rack,
        sections: Sections,
        restoring: Restoring,
        prepare: Callable[[], None],
        banks: StateBanks,
    ) -> None:
        self._rack, self._sections, self._restoring = rack, sections, restoring
        self._prepare, self._banks = prepare, banks
        self._kept: OrderedDict[str, _Snapshot] = OrderedDict()

    def keep(
        self,
        name: str,
        slots: Sequence[int] = (),
        sections: Sequence[str] = (),
        owner: Hashable = None,
        files: Sequence[str] = (),
        networks: Sequence[str] = (),
    ) -> None:
        """Take a snapshot of some slots, sections and files; of all slots and sections where none
        of them is named.

        Args:
            owner: whose it is: room is made among the snapshots of the same owner.
            files: as `kept_files` names them.
            networks: as `kept_networks` names them.

        Raises:
            ControlError: no such slot, section, file or network, or no name, or too long a one.
            InputError: a file cannot be read.
        """
        if not 1 <= len(name) <= LONGEST_NAME:
            raise ControlError(f"a snapshot's name has 1 to {LONGEST_NAME} characters")
        for slot in slots:
            if not 1 <= slot <= MAX_SLOTS:
                raise ControlError(f"slot {slot}: slots are 1 to {MAX_SLOTS}")
        for section in sections:
            if not self._sections.serves(section):
                raise ControlError(f"no section {section[:LONGEST_NAME]!r}")
        every = not (slots or sections or files or networks)
        self._prepare()
        time.sleep(_SETTLE_S)
        with self._restoring.lock:
            taken = self._taken(
                frozenset(range(1, MAX_SLOTS + 1) if every else slots),
                None if every else sections,
            )
            kept = take_files(files, lambda slot: self._rack.slot(slot).plugin.name)
            states = take_networks(networks, self._rack, self._banks)
            self._kept[name] = replace(taken, owner=owner, files=kept, networks=states)
            self._kept.move_to_end(name)
            self._make_room(owner)

    def _make_room(self, owner: Hashable) -> None:
        """The oldest go: of an owner who has too many, or of whoever has most of them."""
        own = [name for name, each in self._kept.items() if each.owner == owner]
        for name in own[:-MOST]:
            del self._kept[name]
        while len(self._kept) > MOST_IN_ALL:
            ((most, _),) = Counter(each.owner for each in self._kept.values()).most_common(1)
            del self._kept[next(n for n, each in self._kept.items() if each.owner == most)]
        sizes = {name: _size(each) for name, each in self._kept.items() if _size(each)}
        total = sum(sizes.values())
        for name, size in sizes.items():
            if total <= MOST_BYTES:
                break
            total -= size
            del self._kept[name]

    def files_of(self, *names: str) -> list[str]:
        """The files that snapshots are about, each once."""
        kept = filter(None, map(self._kept.get, names))
        return list(dict.fromkeys(part for each in kept for part in each.files))

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

    def recall(self, name: str, standing: str | None = None) -> list[str]:
        """Go back to a snapshot; a line for everything that cannot be had any more.

        Args:
            name: "" stands for the slots of the other snapshot, empty.
            standing: the snapshot behind what is undone. Only what is still as it was then goes
                back: what has been moved or loaded since stays. "" as above.

        Raises:
            ControlError: there is none of that name, or nothing of it still stands.
        """
        if standing is not None:
            time.sleep(_SETTLE_S)
        with self._restoring.lock:
            snapshot = self._find(name, standing)
            if standing is not None:
                snapshot = self._standing(snapshot, self._find(standing, name))
            before = {slot.number for slot in self._rack.slots}
            kept = snapshot.performance
            problems = put_back(snapshot.files)
            problems += self._restoring.slots(kept.slots, snapshot.slots, snapshot.sources)
            self._name(snapshot, before)
            problems += self._sections.restore(kept.sections) if kept.sections else []
            there = still_there(snapshot.networks, self._rack)
            problems += put_networks_back(there, self._banks)
        for problem in problems:
            log.warning("snapshot: %s", problem)
        return problems

    def _find(self, name: str, other: str | None) -> _Snapshot:
        if name == EMPTY and other:
            return _Snapshot(self._find(other, None).slots, Performance(), {}, ())
        snapshot = self._kept.get(name)
        if snapshot is None:
            raise ControlError(f"no snapshot {name[:LONGEST_NAME]!r} any more")
        return snapshot

    def _standing(self, before: _Snapshot, after: _Snapshot) -> _Snapshot:
        """What is left of a snapshot where only what is as in `after` goes back."""
        now = self._taken(before.slots | after.slots, None).performance
        files: dict[str, KeptFile] = undone_files(before.files, after.files)
        if before.files != after.files and not files:  # the rest went with them
            raise ControlError("the files have been written by something else since")
        was, is_ = before.performance, after.performance
        slots: dict[int, KeptSlot] = {}
        concerned: set[int] = set()
        differed = not same(was.sections, is_.sections)
        for number in before.slots & after.slots:
            old, new, there = (each.slots.get(number) for each in (was, is_, now))
            differed |= old != new
            if old == new or _plugin(new) != _plugin(there):
                continue
            back = old
            if old and new and there and _plugin(old) == _plugin(new):
                back = undone_slot(old, new, there)
                if back is None:
                    continue
                sections = self._sections.slot(number).with_unclaimed(back.sections)
                back = replace(back, sections=sections)
            concerned.add(number)
            if back is not None:
                slots[number] = back
        sections = undone_sections(was.sections, is_.sections, now.sections)
        if differed and not (files or concerned or sections or before.networks):
            raise ControlError("all of it has been moved by something else since")
        if sections:
            sections = self._sections.with_unclaimed(sections)
        rest = Performance(slots, sections)
        return replace(before, slots=frozenset(concerned), performance=rest, files=files)

    def _name(self, snapshot: _Snapshot, before: set[int]) -> None:
        """Slots that were empty have their names and places again."""
        lineup = self._rack.lineup
        there = {slot.number for slot in self._rack.slots}
        new = there - before
        for number in new & snapshot.names.keys():
            lineup.rename(number, snapshot.names[number])
        if new:
            lineup.arrange([number for number in snapshot.order if number in there])


def _plugin(slot: KeptSlot | None) -> str | None:
    return None if slot is None else slot.hash


def _size(snapshot: _Snapshot) -> int:
    """Bytes of what may be large."""
    states = sum(kept.state.nbytes for kept in snapshot.networks.values())
    return size_of(snapshot.files) + states
