"""What can be moved in a voice, by name: the plugin's parameters and five built-in controls."""

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
    TEMPERATURE,
    TOP_K,
    TOP_P,
    VALUE,
    Program,
)
from rtsynth.engine.render import route_parameters
from rtsynth.errors import InputError
from rtsynth.plugin import Parameter, Plugin

SILENCE_DB = -60.0  # the bottom of the gain knob is silence


@dataclass(frozen=True)
class Control:
    """A named row of the parameter table; `spec` holds its range and unit."""

    index: int
    spec: Parameter


def built_in_controls(plugin: Plugin) -> list[Control]:
    """Gain and the sampling knobs, with the plugin's defaults."""
    sampling = plugin.manifest.sampling
    levels = plugin.manifest.codec.levels
    rows = [
        (GAIN, "gain", SILENCE_DB, 12.0, 0.0, "dB", "output level"),
        (TEMPERATURE, "temperature", 0.0, 2.0, sampling.temperature, "", "0 is the most probable"),
        (TOP_K, "top_k", 0.0, float(levels), sampling.top_k, "codes", "0 keeps every code"),
        (TOP_P, "top_p", 0.01, 1.0, sampling.top_p, "", "1 keeps every code"),
    ]
    return [
        Control(
            index,
            Parameter(
                name=name,
                minimum=minimum,
                maximum=max(maximum, default),
                default=default,
                unit=unit,
                description=text,
            ),
        )
        for index, name, minimum, maximum, default, unit, text in rows
    ]


def controls_of(plugin: Plugin) -> list[Control]:
    """The plugin's parameters, then the built-in controls it does not shadow."""
    own = [Control(BUILT_IN + i, spec) for i, spec in enumerate(plugin.parameters)]
    names = {control.spec.name for control in own}
    return own + [c for c in built_in_controls(plugin) if c.spec.name not in names]


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
