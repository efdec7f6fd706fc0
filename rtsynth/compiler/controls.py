"""What can be moved in a voice, by name: the plugin's parameters and what the engine adds."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.control_names import control_name, unknown_control
from rtsynth.common.errors import InputError
from rtsynth.engine.program.layout import (
    BEND,
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    ENVELOPE,
    EXPRESSION,
    GAIN,
    GATE,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    REMAINING,
    STEP,
    SUSTAIN,
    TARGET,
    VALUE,
    Program,
)
from rtsynth.engine.program.table import SILENCE_DB, once_per_manifest, rows_of, take_rows
from rtsynth.engine.run.parameters import route_parameters
from rtsynth.engine.run.rows import value_of
from rtsynth.plugin import Manifest, Parameter, Plugin

OF_VOICES = (GATE, BEND, EXPRESSION, ENVELOPE)  # moved by notes, bend, expression: no controls


@dataclass(frozen=True)
class Control:
    """A named row of the parameter table; `spec` holds its range and unit."""

    index: int
    spec: Parameter


def controls_of(plugin: Plugin) -> list[Control]:
    """The plugin's parameters, then the engine's own controls, but those that it shadows."""
    return list(_by_name(plugin.manifest).values())


@once_per_manifest
def _by_name(manifest: Manifest) -> dict[str, Control]:
    rows = rows_of(manifest)
    count = BUILT_IN + len(manifest.parameters)
    own = [Control(row.index, row.spec) for row in rows[BUILT_IN:count]]
    names = {control.spec.name for control in own}
    rest = (*rows[count:], *(row for row in rows[:BUILT_IN] if row.index not in OF_VOICES))
    others = [Control(row.index, row.spec) for row in rest if row.spec.name not in names]
    return {control.spec.name: control for control in own + others}


def changes_of(plugin: Plugin, control: Control, value: float) -> list[tuple[int, float]]:
    """(row, what the table holds) of everything that moving a control to `value` changes.

    Moving a parameter that a tier generates takes it over.

    Raises:
        InputError: the value is not a finite number.
    """
    changes = [(control.index, decode_control(control, value))]
    take = take_rows(plugin.manifest).get(control.spec.name)
    if take is not None:
        changes.append((take, 1.0))
    return changes


def find_control(plugin: Plugin, name: str) -> Control:
    """The control called `name`, in any spelling that `control_names` understands.

    Raises:
        InputError: there is none; the line names the nearest ones.
    """
    controls = _by_name(plugin.manifest)
    control = controls.get(name) or controls.get(control_name(name))
    if control is None:
        raise InputError(unknown_control(name, plugin.name, controls))
    return control


def decode_control(control: Control, value: float) -> float:
    """What the parameter table holds for a value in the control's unit (clamped to its range).

    Raises:
        InputError: the value is not a finite number.
    """
    if not math.isfinite(value):
        raise InputError(f"{control.spec.name}: {value} is not a finite number")
    value = control.spec.clamp(float(value))
    if control.index == GAIN:
        return 0.0 if value <= SILENCE_DB else 10.0 ** (value / 20.0)
    return value


def place(arena: NDArray[np.float32], index: int, value: float) -> None:
    """Put a row of one voice's parameter table at `value` at once, and its target with it.

    A row on its way (the gain of a fresh voice rises from silence) gets there in the time left.
    """
    row = HEADER_FLOATS + index * PARAMETER_FLOATS
    arena[row + TARGET] = value
    if arena[row + REMAINING] > 0:
        arena[row + STEP] = (value - arena[row + VALUE]) / arena[row + REMAINING]
    else:
        arena[row + VALUE] = value


def place_in_all(program: Program, arena: NDArray[np.float32], index: int, value: float) -> None:
    """`place` in every voice of an arena, and in the inputs of the network."""
    size = int(program.config[CONFIG_ARENA_FLOATS])
    for voice in range(0, arena.size, size):
        one = arena[voice : voice + size]
        place(one, index, value)
        if index == SUSTAIN and value_of(one, 0, GATE) > 0:  # what sounds is where it would get to
            place(one, ENVELOPE, value)
        route_parameters(program, arena, voice)
