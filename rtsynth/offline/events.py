"""Timed changes by name, and how the engine takes them."""

import inspect
import math
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError, RtsynthWarning
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.controls import Control, changes_of, find_control, place_in_all
from rtsynth.engine.program.layout import CLOSE_AT_ONCE, GATE, Events, no_events, voice_target
from rtsynth.engine.program.table import rows_of
from rtsynth.host.note_player import GATE_NAME
from rtsynth.host.wheels import WHEEL_ROWS
from rtsynth.plugin import Parameter, Plugin

F32 = NDArray[np.float32]
LONGEST_S = 86_400.0  # of an automation file
LATEST_S = 1e9  # thirty years: what counts in samples for certain
_PACKAGE = __name__.split(".")[0]


@dataclass(frozen=True, slots=True)
class ControlEvent:
    """At `time_s` seconds, parameter or control `name` starts moving to `value`.

    In all voices, or in one (from 0). "gate" opens (1) and closes (0, or CLOSE_AT_ONCE) a voice,
    "voice/bend" bends its pitch by semitones, "voice/expression" leaves it a share (0..1) of its
    amplitude.
    """

    time_s: float
    name: str
    value: float
    voice: int | None = None


def clamped(plugin: Plugin, controls: Mapping[str, float]) -> dict[str, float]:
    """Controls by their names, moved into their ranges; warns (RtsynthWarning) of each moved one.

    Raises:
        InputError: an unknown name, a value that is not a finite number.
    """
    found = {}
    for text, value in controls.items():
        spec = find_control(plugin, text).spec
        if not math.isfinite(value):
            raise InputError(f"{spec.name}: {value} is not a finite number")
        found[spec.name] = applied = spec.clamp(float(value))
        if applied != value:
            warn(f"{spec.name}: {value:g} is out of range: clamped to {applied:g}")
    return found


def warn(text: str) -> None:
    """Warn whoever called this package of something that is done otherwise than asked for."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] == _PACKAGE:
        level, frame = level + 1, frame.f_back
    warnings.warn(text, RtsynthWarning, stacklevel=level)


def compiled_events(compiled: Compiled, events: Iterable[ControlEvent]) -> Events:
    """Timed events in samples of the plugin's rate, sorted (stable) by time.

    Values out of range are moved into it, with one warning (RtsynthWarning) a control.

    Raises:
        InputError: an unknown name, a value that is not finite, a time not in 0..LATEST_S.
    """
    rate_hz = compiled.plugin.sample_rate_hz
    rows: list[tuple[int, int, float]] = []
    moved: dict[str, list[ControlEvent]] = {}
    specs: dict[str, Parameter] = {}
    for event in events:
        if event.name == GATE_NAME:
            at_once = event.value == CLOSE_AT_ONCE
            changes = [(GATE, CLOSE_AT_ONCE if at_once else float(event.value > 0))]
        else:
            control = _control_of(compiled.plugin, event.name)
            changes = changes_of(compiled.plugin, control, event.value)
            if not control.spec.minimum <= event.value <= control.spec.maximum:
                specs[event.name] = control.spec
                moved.setdefault(event.name, []).append(event)
        if not 0 <= event.time_s <= LATEST_S:  # NaN is not
            raise InputError(f"{event.name}: time {event.time_s} is not a time from the start")
        for index, value in changes:
            target = index if event.voice is None else voice_target(index, event.voice)
            rows.append((round(event.time_s * rate_hz), target, value))
    for name, outside in moved.items():
        spec, first = specs[name], outside[0]
        where = f"{name}: {first.value:g} at {first.time_s:g} s is out of range"
        more = f" (and {len(outside) - 1} more)" if len(outside) > 1 else ""
        warn(f"{where} {spec.minimum:g}..{spec.maximum:g}{more}: clamped")
    rows.sort(key=lambda row: row[0])
    if not rows:
        return no_events()
    times, targets, values = zip(*rows, strict=True)
    return Events(
        np.array(times, np.int64), np.array(targets, np.int32), np.array(values, np.float64)
    )


def _control_of(plugin: Plugin, name: str) -> Control:
    row = WHEEL_ROWS.get(name)
    if row is not None:
        return Control(row, rows_of(plugin.manifest)[row].spec)
    return find_control(plugin, name)


def set_now(compiled: Compiled, arena: F32, controls: Mapping[str, float]) -> None:
    """Put controls at their values at once, without a ramp (before a voice starts).

    Values out of range are moved into it: see `clamped`.
    """
    for name, value in clamped(compiled.plugin, controls).items():
        control = find_control(compiled.plugin, name)
        for index, number in changes_of(compiled.plugin, control, value):
            place_in_all(compiled.program, arena, index, number)
