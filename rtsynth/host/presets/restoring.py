"""Slots go back to where they were: for sets, and for snapshots."""

import threading
from collections.abc import Collection, Mapping

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.errors import RtsynthError
from rtsynth.host.loading import Loadable
from rtsynth.host.performance import KeptSlot, source_of
from rtsynth.host.presets.hidden_values import tiers_of
from rtsynth.host.presets.moves import Moves
from rtsynth.host.presets.preset import Preset, fitted
from rtsynth.host.rack import Rack
from rtsynth.host.sections import Sections

Lines = list[str]


class Restoring:
    """Loads, empties and moves slots. Any thread may call it: one is done after the other.

    `lock` is held by whoever has more to restore than slots, or reads what is not to be half-way.
    """

    def __init__(self, rack: Rack, sections: Sections, moves: Moves) -> None:
        self._rack, self._sections, self._moves = rack, sections, moves
        self.lock = threading.RLock()

    def slots(
        self,
        kept: Mapping[int, KeptSlot],
        concerned: Collection[int],
        sources: Mapping[int, Loadable] | None = None,
    ) -> Lines:
        """Restore slots; a line for everything that cannot be had any more.

        A plugin that plays already in its slot plays on, and its controls move; the others are
        loaded one after the other, each fading over what was there.

        Args:
            concerned: the slots that are meant; those of them that are not in `kept` are emptied.
            sources: plugins that are in no file.
        """
        with self.lock:
            return self._slots(kept, concerned, sources or {})

    def _slots(
        self,
        kept: Mapping[int, KeptSlot],
        concerned: Collection[int],
        sources: Mapping[int, Loadable],
    ) -> Lines:
        playing = {slot.number: slot.plugin.content_hash for slot in self._rack.slots}
        problems: Lines = []
        # Those that play on come last: all of what is heard changes in the end.
        for number, slot in sorted(
            kept.items(), key=lambda item: playing.get(item[0]) == item[1].hash
        ):
            try:
                if playing.get(number) != slot.hash:
                    source = sources.get(number) or source_of(slot)
                    self._rack.load_into(number, source, insist=True)
                problems += self._place(number, slot)
            except RtsynthError as error:
                problems.append(f"slot {number}: {error}")
        for number in sorted(playing.keys() & set(concerned) - kept.keys()):
            try:
                self._rack.unload(number)
            except RtsynthError as error:
                problems.append(f"slot {number}: {error}")
        return problems

    def _place(self, number: int, kept: KeptSlot) -> Lines:
        """Move a slot to where it was, with its sections."""
        problems = self._sections.slot(number).restore(kept.sections)
        slot = self._rack.slot(number)
        infos: dict[str, ControlInfo] = {i.name: i for i in slot.describe().every_control}
        preset = Preset(kept.plugin, kept.hash, dict(kept.values))
        values, missing = fitted(preset, infos, slot.plugin.content_hash, tiers_of(slot.plugin))
        self._moves.together(slot, values, kept.seed, None)
        if kept.drones and not slot.drones and not slot.held:
            slot.reset()
        elif slot.drones and not kept.drones:
            slot.end_drone()
        return [f"slot {number}: {problem}" for problem in problems + missing]
