"""What can be moved in a voice, by name: the plugin's parameters and what the engine adds."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.layout import (
    BUILT_IN,
    CONFIG_ARENA_FLOATS,
    GAIN,
    HEADER_FLOATS,
    PARAMETER_FLOATS,
    REMAINING,
    STEP,
    TARGET,
    VALUE,
    Program,
)
from rtsynth.engine.render import route_parameters
from rtsynth.engine.table import SILENCE_DB, row_named, rows_of, take_name
from rtsynth.errors import InputError
from rtsynth.plugin import Parameter, Plugin


@dataclass(frozen=True)
class Control:
    """A named row of the parameter table; `spec` holds its range and unit."""

    index: int
    spec: Parameter


def controls_of(plugin: Plugin) -> list[Control]:
    """The plugin's parameters, then the engine's own controls, but those that it shadows."""
    rows = rows_of(plugin.manifest)
    count = BUILT_IN + len(plugin.parameters)
    own = [Control(row.index, row.spec) for row in rows[BUILT_IN:count]]
    names = {control.spec.name for control in own} | {"gate"}
    others = (*rows[count:], *rows[:BUILT_IN])
    return own + [Control(row.index, row.spec) for row in others if row.spec.name not in names]


def changes_of(plugin: Plugin, control: Control, value: float) -> list[tuple[int, float]]:
    """(row, what the table holds) of everything that moving a control to `value` changes.

    Moving a parameter that a tier generates takes it over.

    Raises:
        InputError: the value is not a finite number.
    """
    changes = [(control.index, decode_control(control, value))]
    name = control.spec.name
    if name in plugin.manifest.generated:
        changes.append((row_named(plugin.manifest, take_name(name)), 1.0))
    return changes


def find_control(plugin: Plugin, name: str) -> Control:
    """The control called `name`.

    Raises:
        InputError: there is none; the line names those there are.
    """
    controls = controls_of(plugin)
    for control in controls:
        if control.spec.name == name:
            return control
    known = ", ".join(control.spec.name for control in controls)
    raise InputError(f"parameter {name!r} is unknown; {plugin.name} has {known}")


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
        place(arena[voice : voice + size], index, value)
        route_parameters(program, arena, voice)
