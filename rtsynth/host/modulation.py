"""Modulation, slot by slot: which source moves which parameter, and how far."""

import math
from typing import Any, NamedTuple

from rtsynth.common.control_names import SOURCE_NAMES
from rtsynth.common.errors import ControlError, InputError
from rtsynth.compiler.controls import find_control
from rtsynth.compiler.modulation import find_target, modulated_value, source_named
from rtsynth.engine.program.layout import CONFIG_ARENA_FLOATS
from rtsynth.host.slot import Slot
from rtsynth.host.slot_acts import SlotActs
from rtsynth.host.voicings import Slots
from rtsynth.plugin import Plugin

MOST_STORED = 2000  # more than a plugin has parameters that sources can move
_FIELDS = {"source", "parameter", "depth"}


class Assignment(NamedTuple):
    """A source moves a parameter by a share -1..1 of its range."""

    source: str
    parameter: str
    depth: float


class Modulation:
    """Assigns LFOs, follower, walk and macros to parameters. Any thread may call anything.

    `slot` counts from 1. Every method raises ControlError for a slot that is empty. The settings of
    the sources are controls, as all others: `lfo1_rate`, `macro1`, ...
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def assign(
        self, slot: int, source: str, parameter: str, depth: float, *, at_ns: int | None = None
    ) -> float:
        """Let a source move a parameter by a share of its range; 0 removes that. The depth applied.

        Several sources of one parameter add up; what they add up to goes no further than its range.

        Raises:
            ControlError: no such source or parameter, it is not modulated, or no finite number.
        """
        found = self._slots.slot(slot)
        if not math.isfinite(depth):
            raise ControlError(f"{depth} is not a finite number")
        try:
            arguments = (
                source_named(source),
                find_target(found.plugin, parameter).spec.name,
                min(max(float(depth), -1.0), 1.0),
            )
        except InputError as error:
            raise ControlError(str(error)) from error
        found.times.at(at_ns, SlotActs.modulate, arguments, subject=2)
        return arguments[2]

    def of(self, slot: int) -> list[Assignment]:
        """What modulates what, by source."""
        assigned = self._slots.slot(slot).assigned
        found = [Assignment(source, name, depth) for (source, name), depth in assigned.items()]
        return sorted(found, key=lambda one: (SOURCE_NAMES.index(one.source), one.parameter))

    def clear(self, slot: int, *, at_ns: int | None = None) -> None:
        """Let nothing modulate anything."""
        self._slots.slot(slot).times.at(at_ns, SlotActs.replace_modulation, ({},))

    def values(self, slot: int) -> dict[str, float]:
        """The parameters that are modulated, as they are now in the first voice, in their units.

        Of one that a tier generates, what it generates, with all that changes it.
        """
        return values_of(self._slots.slot(slot))

    def all_values(self) -> dict[int, dict[str, float]]:
        """{slot: `values`}, of the slots that are modulated."""
        return {slot.number: values_of(slot) for slot in self._slots.slots if slot.assigned}

    # --- what presets, sets and sessions keep of a slot ------------------------------------------

    def read(self, slot: int) -> list[dict[str, Any]]:
        """The assignments as plain data; without any an empty list, which clears those of today."""
        return [one._asdict() for one in self.of(slot)]

    def restore(self, slot: int, data: Any) -> list[str]:
        """Put these in place of what is assigned; a line for each that does not fit any more.

        Raises:
            InputError: it is no list, or too long.
        """
        if not isinstance(data, list) or len(data) > MOST_STORED:
            raise InputError(f"not a list of up to {MOST_STORED} assignments")
        found = self._slots.slot(slot)
        assigned, problems = {}, []
        for number, entry in enumerate(data, start=1):
            try:
                one = _read(found.plugin, entry)
                assigned[one.source, one.parameter] = one.depth
            except InputError as error:
                problems.append(f"entry {number}: {error}")
        found.times.at(None, SlotActs.replace_modulation, (assigned,))
        return problems


def values_of(slot: Slot) -> dict[str, float]:
    """See `Modulation.values`."""
    program, arena = slot.voice.compiled.program, slot.voice.heard()
    voice = arena[: int(program.config[CONFIG_ARENA_FLOATS])]
    found = {}
    for _, name in slot.assigned:
        if name in slot.plugin.manifest.generated:
            found[name] = slot.followed(name)
        else:
            found[name] = modulated_value(program, voice, find_control(slot.plugin, name))
    return found


def _read(plugin: Plugin, entry: Any) -> Assignment:
    """An assignment of a file.

    Raises:
        InputError: what is wrong with it.
    """
    if not isinstance(entry, dict) or entry.keys() != _FIELDS:
        raise InputError(f"not a table of {', '.join(sorted(_FIELDS))}")
    source, parameter, depth = entry["source"], entry["parameter"], entry["depth"]
    if not isinstance(source, str) or not isinstance(parameter, str):
        raise InputError("source, parameter: not texts")
    if type(depth) not in (int, float) or not -1 <= depth <= 1:
        raise InputError("depth: not a number -1..1")
    name = find_target(plugin, parameter).spec.name
    return Assignment(source_named(source), name, float(depth))
