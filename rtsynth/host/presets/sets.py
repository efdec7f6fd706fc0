"""Sets: everything of a performance under a name, to go back to in one step."""

import logging
import threading

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.errors import RtsynthError
from rtsynth.host.performance import KeptSlot, Performance, performance_of, source_of, to_document
from rtsynth.host.presets.moves import Moves
from rtsynth.host.presets.preset import Preset, fitted
from rtsynth.host.presets.set_files import read_set, set_files
from rtsynth.host.rack import Rack
from rtsynth.host.sections import Sections

log = logging.getLogger("rtsynth")

Lines = list[str]


class Sets:
    """The sets of an engine. Any thread may call anything.

    Every method raises InputError for a name that there is not or a file that is damaged.
    """

    def __init__(self, rack: Rack, sections: Sections, moves: Moves) -> None:
        self._rack, self._sections, self._moves = rack, sections, moves
        self._lock = threading.Lock()  # one recall after the other; none is saved half-way

    def list(self) -> Lines:
        """Names of the sets, in order."""
        return set_files().names()

    def save(self, name: str) -> None:
        """Keep everything under a name, over what was there.

        Raises:
            WriteError: the disk is full, or fails.
        """
        with self._lock:
            performance = performance_of(self._rack.slots, self._sections)
        set_files().write(name, to_document(performance))

    def delete(self, name: str) -> None:
        """Delete a set; what plays is as it was."""
        set_files().delete(name)

    def recall(self, name: str) -> Lines:
        """Go back to a set; returns a line for everything that cannot be had any more.

        A plugin that plays already in its slot plays on, and its controls move; the others are
        loaded one after the other, each fading over what was there. Slots that the set does not
        have are emptied at the end.
        """
        performance = read_set(name)
        with self._lock:
            problems = self._restore(performance)
        for problem in problems:
            log.warning("set %r: %s", name, problem)
        return problems

    def _restore(self, performance: Performance) -> Lines:
        playing = {slot.number: slot.plugin.content_hash for slot in self._rack.slots}
        problems: Lines = []
        # Those that play on come last: all of what is heard changes in the end.
        for number, kept in sorted(
            performance.slots.items(), key=lambda item: playing.get(item[0]) == item[1].hash
        ):
            try:
                if playing.get(number) != kept.hash:
                    self._rack.load_into(number, source_of(kept), insist=True)
                problems += self._place(number, kept)
            except RtsynthError as error:
                problems.append(f"slot {number}: {error}")
        for number in playing.keys() - performance.slots.keys():
            try:
                self._rack.unload(number)
            except RtsynthError as error:
                problems.append(f"slot {number}: {error}")
        return problems + self._sections.restore(performance.sections)

    def _place(self, number: int, kept: KeptSlot) -> Lines:
        """Move a slot to where it was, with its sections."""
        problems = self._sections.slot(number).restore(kept.sections)
        slot = self._rack.slot(number)
        infos: dict[str, ControlInfo] = {i.name: i for i in slot.describe().every_control}
        preset = Preset(kept.plugin, kept.hash, dict(kept.values))
        values, missing = fitted(preset, infos, slot.plugin.content_hash)
        self._moves.together(slot, values, kept.seed, None)
        if kept.drones and not slot.drones and not slot.held:
            slot.reset()
        elif slot.drones and not kept.drones:
            slot.end_drone()
        return [f"slot {number}: {problem}" for problem in problems + missing]
