"""Timed changes by name, and how the engine takes them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.control_names import control_name, unknown_control
from rtsynth.engine.compile import Compiled
from rtsynth.engine.controls import (
    Control,
    changes_of,
    controls_of,
    find_control,
    place_in_all,
)
from rtsynth.engine.layout import BEND, EXPRESSION, GATE, Events, no_events, voice_target
from rtsynth.errors import InputError
from rtsynth.plugin import Plugin

F32 = NDArray[np.float32]
LATEST_S = 1e9  # thirty years: what counts in samples for certain
GATE_NAME = "gate"  # opens (above 0) and closes a voice
# What notes have beside their pitch and amplitude: names that no parameter can have.
WHEEL_NAMES = {"bend": "voice/bend", "expression": "voice/expression"}
_OF_VOICES = {
    GATE_NAME: GATE,
    WHEEL_NAMES["bend"]: BEND,
    WHEEL_NAMES["expression"]: EXPRESSION,
}


@dataclass(frozen=True)
class ControlEvent:
    """At `time_s` seconds, parameter or control `name` starts moving to `value`.

    In all voices, or in one (from 0). "gate" opens (1) and closes (0) a voice, "voice/bend" bends
    its pitch by semitones, "voice/expression" leaves it a share (0..1) of its amplitude.
    """

    time_s: float
    name: str
    value: float
    slot: int = 1
    voice: int | None = None


def named_control(plugin: Plugin, text: str) -> Control:
    """The control that `text` names, in any spelling that `rtsynth.control_names` understands.

    Raises:
        InputError: there is none; the line names the nearest ones.
    """
    try:
        return find_control(plugin, control_name(text))
    except InputError:
        known = [control.spec.name for control in controls_of(plugin)]
        raise InputError(unknown_control(text, plugin.name, known)) from None


def compiled_events(compiled: Compiled, events: Iterable[ControlEvent]) -> Events:
    """Timed events in samples of the plugin's rate, sorted (stable) by time.

    Raises:
        InputError: an unknown name, a value that is not finite, a time not in 0..LATEST_S.
    """
    rate_hz = compiled.plugin.sample_rate_hz
    rows: list[tuple[int, int, float]] = []
    for event in events:
        if event.name in _OF_VOICES:
            value = float(event.value > 0) if event.name == GATE_NAME else _finite(event)
            changes = [(_OF_VOICES[event.name], value)]
        else:
            control = named_control(compiled.plugin, event.name)
            changes = changes_of(compiled.plugin, control, event.value)
        if not 0 <= event.time_s <= LATEST_S:  # NaN is not
            raise InputError(f"{event.name}: time {event.time_s} is not a time from the start")
        for index, value in changes:
            target = index if event.voice is None else voice_target(index, event.voice)
            rows.append((round(event.time_s * rate_hz), target, value))
    rows.sort(key=lambda row: row[0])
    if not rows:
        return no_events()
    times, targets, values = zip(*rows, strict=True)
    return Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )


def _finite(event: ControlEvent) -> float:
    if not math.isfinite(event.value):
        raise InputError(f"{event.name}: {event.value} is not a finite number")
    return event.value


def set_now(compiled: Compiled, arena: F32, controls: Mapping[str, float]) -> None:
    """Put controls at their values at once, without a ramp (before a voice starts)."""
    for name, value in controls.items():
        control = named_control(compiled.plugin, name)
        for index, number in changes_of(compiled.plugin, control, value):
            place_in_all(compiled.program, arena, index, number)
