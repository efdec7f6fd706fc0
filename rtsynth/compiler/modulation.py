"""What may be modulated in a plugin, by name, and how depths get into its voices."""

import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.control_names import (
    LONGEST_COMPARED,
    SOURCE_NAMES,
    shortened,
    some_names,
)
from rtsynth.common.errors import InputError
from rtsynth.compiler.controls import Control, controls_of, find_control
from rtsynth.engine.program.layout import (
    CONFIG_ARENA_FLOATS,
    CONFIG_MODULATION,
    CONFIG_PARAMETERS,
    DEPTHS,
    GAIN,
    HEADER_FLOATS,
    HIGH,
    LOW,
    MODULATED,
    OFFSET,
    PARAMETER_FLOATS,
    RAMPS,
    SOURCES,
    TARGET_DEPTH,
    VALUE,
    Program,
    header_of,
)
from rtsynth.engine.program.ranges import unmodulated_rows
from rtsynth.engine.program.table import SILENCE_DB, row_named
from rtsynth.engine.run.modulation import set_depth
from rtsynth.plugin import Plugin

F32 = NDArray[np.float32]
Depths = Mapping[tuple[str, str], float]  # {(source, control): depth -1..1}
NO_DEPTH = 0.0


def source_named(name: str) -> str:
    """A source of modulation.

    Raises:
        InputError: there is none of that name.
    """
    source = name.strip().lower()
    if source not in SOURCE_NAMES:
        near = get_close_matches(source[:LONGEST_COMPARED], SOURCE_NAMES, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        known = ", ".join(SOURCE_NAMES)
        raise InputError(f"modulation source {shortened(name)} is unknown; {hint}there are {known}")
    return source


def find_target(plugin: Plugin, name: str) -> Control:
    """The control of that name, which modulation may move.

    Raises:
        InputError: there is none, or modulation does not move it.
    """
    control = find_control(plugin, name)
    if control.index in unmodulated_rows(plugin.manifest):
        fixed = unmodulated_rows(plugin.manifest)
        movable = [c.spec.name for c in controls_of(plugin) if c.index not in fixed]
        raise InputError(
            f"{control.spec.name} cannot be modulated; {plugin.name} has "
            f"{some_names(movable, control.spec.name)}"
        )
    return control


def checked(plugin: Plugin, assigned: Depths) -> dict[tuple[str, str], float]:
    """Assignments by the plugin's own names, their depths clamped.

    Raises:
        InputError: no such source or control, it is not modulated, or no finite number.
    """
    found = {}
    for (source, parameter), depth in assigned.items():
        if not math.isfinite(depth):
            raise InputError(f"{source}, {parameter}: {depth} is not a finite number")
        key = source_named(source), find_target(plugin, parameter).spec.name
        found[key] = min(max(float(depth), -1.0), 1.0)
    return found


def depths_of(plugin: Plugin, assigned: Depths) -> dict[int, float]:
    """{target of an event: depth} of assignments; what the plugin does not have is left out."""
    names = {control.spec.name: control for control in controls_of(plugin)}
    fixed = unmodulated_rows(plugin.manifest)
    found: dict[int, float] = {}
    for (source, name), depth in assigned.items():
        if name in names and names[name].index not in fixed:
            for row, share in _rows(plugin, names[name]):
                target = TARGET_DEPTH + row * SOURCES + SOURCE_NAMES.index(source)
                found[target] = found.get(target, NO_DEPTH) + depth * share
    return {target: min(max(depth, -1.0), 1.0) for target, depth in found.items()}


def place_depths(program: Program, arena: F32, depths: Iterable[tuple[int, float]]) -> None:
    """Put depths into every voice of an arena; only before it is played."""
    size, header = int(program.config[CONFIG_ARENA_FLOATS]), header_of(arena)
    first = int(program.config[CONFIG_MODULATION]) + DEPTHS
    count = int(program.config[CONFIG_PARAMETERS]) * SOURCES
    for target, depth in depths:
        for voice in range(0, arena.size, size):
            set_depth(program, header, arena, voice, target - TARGET_DEPTH, depth)
    for voice in range(0, arena.size, size):
        words = header[voice // 2 :]
        if words[MODULATED] and not arena[voice + first : voice + first + count].any():
            words[MODULATED] = 0  # as if there had never been any
            words[RAMPS] -= 1


def modulated_value(program: Program, voice: F32, control: Control) -> float:
    """A control as the sound of a voice has it now, in its unit."""
    row = HEADER_FLOATS + control.index * PARAMETER_FLOATS
    value, offset = float(voice[row + VALUE]), float(voice[row + OFFSET])
    low, high = (float(x) for x in program.ranges[control.index, [LOW, HIGH]])
    if offset != 0.0:
        value = min(max(value + offset, min(low, value)), max(high, value))
    if control.index == GAIN:
        return max(20.0 * float(np.log10(max(value, 1e-6))), SILENCE_DB)
    return value


def _rows(plugin: Plugin, control: Control) -> list[tuple[int, float]]:
    """[(row, share of its range)] for a share of the control's range.

    What a tier generates is moved by its offset, whose range is twice as wide; the knob, too, which
    is there while it is overridden.
    """
    rows = [(control.index, 1.0)]
    if control.spec.name in plugin.manifest.generated:
        rows.append((row_named(plugin.manifest, f"{control.spec.name}.offset"), 0.5))
    return rows
