"""Presets of the slots of an engine: kept, recalled, stepped through, morphed."""

import logging
import math
import threading
import time
from collections.abc import Mapping
from typing import NamedTuple

from rtsynth.common.control_info import ControlInfo
from rtsynth.common.errors import ControlError, InputError
from rtsynth.common.names import composed
from rtsynth.host.blend import blend, weights_between
from rtsynth.host.changes import Action
from rtsynth.host.named_files import NamedFiles
from rtsynth.host.notices import Notices
from rtsynth.host.presets.hidden_values import OPENED, needs_opening, tiers_of
from rtsynth.host.presets.moves import Moves
from rtsynth.host.presets.preset import (
    Preset,
    fitted,
    from_document,
    preset_files,
    read_unless_known,
    settings_of,
    to_document,
)
from rtsynth.host.rack import Rack
from rtsynth.host.schedule import LONGEST_S
from rtsynth.host.sections import Plain, Sections
from rtsynth.host.slot import Slot
from rtsynth.host.stage import Stage
from rtsynth.plugin import Plugin

log = logging.getLogger("rtsynth")

MOST_MORPHED = 16  # presets between which a morph is
CHANGED = "/presets/changed"

# Sections: the plugin would be loaded again in the midst of playing.
NOT_IN_PRESETS = ("voices", OPENED)

Lines = list[str]


class _Current(NamedTuple):
    """The preset that a slot is at, as long as this plugin plays there."""

    plugin: Plugin
    name: str


class Presets:
    """`slot` is a slot's number, from 1. Any thread may call anything.

    Every method raises ControlError for an empty slot, and InputError for a name that there is not
    or a file that is damaged. Those that move controls return a line for everything that does not
    fit the plugin; the rest is applied.
    """

    def __init__(self, stage: Stage, rack: Rack, sections: Sections, notices: Notices) -> None:
        self._stage, self._rack = stage, rack
        self._sections, self._notices = sections, notices
        self.moves = Moves(stage, rack)
        self._lock = threading.RLock()
        self._current: dict[int, _Current] = {}
        sections.add("presets", self)

    # --- keeping ---------------------------------------------------------------------------------

    def list(self, slot: int) -> Lines:
        """Names of the presets of the plugin in a slot, in order."""
        return self._files(slot).names()

    def current(self, slot: int) -> str | None:
        """The preset that was recalled or saved last, if the plugin is still the same."""
        found, current = self._rack.find(slot), self._current.get(slot)
        if found is None or current is None or found.plugin is not current.plugin:
            return None
        return current.name

    def save(self, slot: int, name: str) -> None:
        """Keep where a slot is under a name, over what was there.

        Raises:
            WriteError: the disk is full, or fails.
        """
        playing, files, name = self._rack.slot(slot), self._files(slot), composed(name)
        infos = playing.describe().every_control
        group, before = self._sections.slot(slot), _before(files, name)
        kept = {name: data for name, data in before.sections.items() if not group.serves(name)}
        preset = Preset(
            plugin=playing.plugin.name,
            hash=playing.plugin.content_hash,
            values=settings_of(playing.values(), infos),
            seed=playing.seeded,
            sections=_without_voices(kept | group.read()),
            others=before.others,
        )
        files.write(name, to_document(preset, infos))
        self._notices.add(CHANGED)
        self._announce(slot, name)

    def rename(self, slot: int, old: str, new: str) -> None:
        """Give a preset another name, which must be free."""
        current = self.current(slot)
        self._files(slot).rename(old, new)
        self._notices.add(CHANGED)
        if current == composed(old):
            self._announce(slot, composed(new))

    def delete(self, slot: int, name: str) -> None:
        """Delete a preset; controls stay where they are."""
        current = self.current(slot)
        self._files(slot).delete(name)
        self._notices.add(CHANGED)
        if current == composed(name):
            self._announce(slot, None)

    def _files(self, slot: int) -> NamedFiles:
        return preset_files(self._rack.slot(slot).plugin.name)

    # --- recalling -------------------------------------------------------------------------------

    def recall(self, slot: int, name: str, *, at_ns: int | None = None) -> Lines:
        """Move all controls to a preset, together, at a `time.monotonic_ns()` time or now.

        The seed that was saved starts the random numbers again. While notes are held, their pitch
        and amplitude stay theirs. Without a time it returns when it has happened; and a slot whose
        hidden layers are closed is opened, where the preset needs that. With one it waits for
        nothing, so what is for hidden layers is left out there.
        """
        preset = self._files(slot).read(name, from_document)
        sections = _without_voices(preset.sections)
        if at_ns is None and _needs_opening(self._rack.slot(slot), preset):
            sections[OPENED] = True
        problems = self._sections.slot(slot).restore(sections)
        playing = self._rack.slot(slot)  # a service may have loaded it again
        values, missing = _fitted(playing, _infos(playing), name, preset)
        problems = missing + problems
        with self._lock:
            time_ns = self.moves.together(playing, values, preset.seed, at_ns)
            self._announce(slot, composed(name))
        if at_ns is None and self._stage.running:
            time.sleep(max(0, time_ns - time.monotonic_ns()) / 1e9)
        return _logged(slot, problems)

    def recall_number(self, slot: int, number: int, *, at_ns: int | None = None) -> Lines:
        """Recall a preset by its place in the list, from 0, as a MIDI program change does."""
        names = self.list(slot)
        if not 0 <= number < len(names):
            have = f"presets 0 to {len(names) - 1}" if names else "no presets"
            raise ControlError(f"program {number}: slot {slot} has {have}")
        return self.recall(slot, names[number], at_ns=at_ns)

    def next(self, slot: int) -> Lines:
        """Recall the preset after the current one; after the last comes the first."""
        return self._step(slot, 1)

    def previous(self, slot: int) -> Lines:
        """Recall the preset before the current one; before the first comes the last."""
        return self._step(slot, -1)

    def _step(self, slot: int, by: int) -> Lines:
        names, current = self.list(slot), self.current(slot)
        if not names:
            raise ControlError(f"slot {slot} has no presets; save one first")
        if current in names:
            return self.recall(slot, names[(names.index(current) + by) % len(names)])
        return self.recall(slot, names[0 if by > 0 else -1])

    # --- morphing --------------------------------------------------------------------------------

    def morph(
        self,
        slot: int,
        weights: Mapping[str, float],
        seconds: float = 0.0,
        *,
        at_ns: int | None = None,
    ) -> Lines:
        """Move all controls to between presets, at once or over a time, from where they are.

        Continuous controls go in proportion to the knob's position; what has no between switches
        half-way. Seeds and sections stay as they are. What is moved by hand meanwhile stays there.

        Args:
            weights: {preset: its weight}, each at least 0, one above 0; of any sum.
        """
        _check_morph(weights, seconds)
        files = self._files(slot)
        presets = {name: read_unless_known(files, name) for name, w in weights.items() if w > 0}
        with self._lock:
            playing = self._rack.slot(slot)
            infos = _infos(playing)
            problems: Lines = []
            parts = []
            for name, preset in presets.items():
                values, missing = _fitted(playing, infos, name, preset)
                parts.append((weights[name], values))
                problems += missing
            self.moves.to(playing, infos, blend(infos, parts), seconds, at_ns)
        return _logged(slot, problems)

    def morph_between(
        self,
        slot: int,
        first: str,
        second: str,
        position: float,
        seconds: float = 0.0,
        *,
        at_ns: int | None = None,
    ) -> Lines:
        """`morph` at a position 0..1 from one preset to another, clamped to that range."""
        weights = weights_between(first, second, position)
        return self.morph(slot, weights, seconds, at_ns=at_ns)

    def is_morphing(self, slot: int) -> bool:
        """Whether a morph over a time is under way."""
        return self.moves.is_under_way(slot)

    # --- the current one, as a section of sets and sessions --------------------------------------

    def _announce(self, slot: int, name: str | None) -> None:
        """Take note of the current preset, and let everybody know of it."""
        with self._lock:
            if name is None:
                self._current.pop(slot, None)
            else:
                self._current[slot] = _Current(self._rack.slot(slot).plugin, name)
        self._stage.publish(Action(slot, "preset", (name or "",)))
        self._notices.add(f"/slot/{slot}/preset/current", name or "")

    def read(self) -> Plain:
        """The current preset of each slot."""
        current = {slot.number: self.current(slot.number) for slot in self._rack.slots}
        return {str(slot): name for slot, name in current.items() if name is not None}

    def restore(self, data: Plain) -> Lines:
        """Take note of which presets the slots are at; no control is moved."""
        if not isinstance(data, dict):
            raise InputError("expects the names of presets by slot")
        problems = []
        for slot in self._rack.slots:
            name = data.get(str(slot.number))
            there = isinstance(name, str) and name in self.list(slot.number)
            self._announce(slot.number, name if there else None)
            if name is not None and not there:
                problems.append(f"slot {slot.number}: preset {str(name)[:80]!r} is gone")
        return problems


def _without_voices(sections: Mapping[str, Plain]) -> dict[str, Plain]:
    return {name: data for name, data in sections.items() if name not in NOT_IN_PRESETS}


def _needs_opening(playing: Slot, preset: Preset) -> bool:
    return needs_opening(preset.values, _infos(playing), tiers_of(playing.plugin))


def _infos(playing: Slot) -> dict[str, ControlInfo]:
    return {info.name: info for info in playing.describe().every_control}


def _fitted(
    playing: Slot, infos: Mapping[str, ControlInfo], name: str, preset: Preset
) -> tuple[dict[str, float], Lines]:
    plugin = playing.plugin
    values, problems = fitted(preset, infos, plugin.content_hash, tiers_of(plugin))
    since = " has changed since it was saved" if preset.hash != plugin.content_hash else ""
    return values, [f"preset {name!r}: {plugin.name}{since}: {each}" for each in problems]


def _logged(slot: int, problems: Lines) -> Lines:
    for problem in problems:
        log.warning("slot %d: %s", slot, problem)
    return problems


def _before(files: NamedFiles, name: str) -> Preset:
    """The preset that is about to be written over; an empty one if it cannot be read."""
    empty = Preset("", "", {})
    if name not in files.names():
        return empty
    try:
        return files.read(name, from_document)
    except InputError as error:
        log.warning("%s", error)
        return empty


def _check_morph(weights: Mapping[str, float], seconds: float) -> None:
    if not 0.0 <= seconds <= LONGEST_S:
        raise ControlError(f"{seconds:g} s: a morph takes 0 to {LONGEST_S:,.0f} s")
    if len(weights) > MOST_MORPHED:
        raise ControlError(f"{len(weights)} presets: a morph is between {MOST_MORPHED} at most")
    if not all(math.isfinite(weight) and weight >= 0 for weight in weights.values()):
        raise ControlError("weights are finite numbers from 0 up")
    if not any(weights.values()):
        raise ControlError("all weights are 0: one preset has to count")
