"""Finding out what is healthy for a plugin: it is played over the range of its knobs, unheard.

At each place of the knobs it begins once from rest, and is come to once from another place. Places
in between are then come to as well: how far they leave the range of their neighbours is slack.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import RtsynthError
from rtsynth.compiler.compile import Compiled, compile_plugin, new_arena
from rtsynth.engine.program.layout import (
    TARGET_RESET,
    TEMPERATURE,
    header_of,
    no_events,
)
from rtsynth.engine.program.table import rows_of
from rtsynth.engine.run.render import change_voice, render_block
from rtsynth.host.rescue.features import COUNT
from rtsynth.host.rescue.observer import Look, Observer
from rtsynth.host.rescue.profile import LEAST_SLACK, Profile, highest, lowest
from rtsynth.host.rescue.traps import Judge
from rtsynth.plugin import Plugin

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

STEP_MS = 25  # from one look to the next, also while it plays
# Fewer places where there are few knobs, and longer at each: speech changes every 100 ms.
PLACES, FEWEST = 64, 12
SETTLE, LOOKS = 10, 24  # steps at each of so many places
LONGEST_S = 20.0  # CPU time; a large network is looked at in fewer places
COOLEST, WARMEST = 0.6, 1.2  # times the plugin's temperature
SUSTAINED = 3  # looks in a row
MORE = 1.3  # times what was found
WHOLE = 1 / 3  # so near to a class a place is that class: they sound otherwise than what is between


class StoppedError(RtsynthError):
    """Nobody wants to know any more."""


def learn(plugin: Plugin, seed: int = 0, go_on: Callable[[], bool] = lambda: True) -> Profile:
    """The profile of a plugin, of float32 weights and one voice; takes seconds.

    Raises:
        PluginError: it cannot be compiled.
        StoppedError: `go_on` said so.
    """
    compiled = compile_plugin(plugin, "float32")
    player = _Player(compiled, seed, go_on)
    count, steps = effort(player.knobs)
    spread = positions(2 * count, player.knobs)
    places, between = spread[:count], spread[count:]
    places, between = (to_classes(each, player.classes) for each in (places, between))
    began_s, looks = time.thread_time(), [list[Look]() for _ in places]
    for number, place in enumerate(places):
        looks[number] += player.visit(place, steps, reset=True)
        if number >= FEWEST and time.thread_time() - began_s > LONGEST_S / 2:
            count = number + 1
            break
    for number in np.random.default_rng(seed).permutation(count).tolist():
        looks[number] += player.visit(places[number], steps, reset=False)
    seen = [np.array([look.features for look in found]) for found in looks[:count]]
    knobs = np.array([np.median([look.knobs for look in found], axis=0) for found in looks[:count]])
    low, high = (
        np.array([lowest(each) for each in seen]),
        np.array([highest(each) for each in seen]),
    )
    profile = Profile(knobs, low, high, LEAST_SLACK.copy(), player.classes)
    judge = Judge(profile, plugin.sample_rate_hz)
    visits = (player.come_to(place, steps) for place in between[:count])
    return replace(profile, slack=slack_of(judge, visits))


def effort(knobs: int) -> tuple[int, int]:
    """How many places of so many knobs are looked at, and how many steps long each."""
    places = min(PLACES, 16 << max(knobs - 1, 0))
    return places, LOOKS * PLACES // places


def slack_of(judge: Judge, visits: Iterable[list[Look]]) -> F64:
    """The slack [COUNT] with which nothing that was looked at is outside for long."""
    most = np.zeros(COUNT)
    for looks in visits:
        far = [each for look in looks if (each := judge.outside(look)) is not None]
        for at in range(len(far) - SUSTAINED + 1):
            most = np.maximum(most, np.abs(far[at : at + SUSTAINED]).min(axis=0))
    slack: F64 = LEAST_SLACK * np.maximum(1.0, MORE * most)
    return slack


def positions(count: int, knobs: int) -> F64:
    """Places [count, knobs] in 0..1, spread evenly, many at the ends; the first in the middle."""
    phi = 2.0
    for _ in range(32):  # x^(d + 1) = x + 1
        phi = (1 + phi) ** (1 / (knobs + 1))
    steps = phi ** -np.arange(1.0, knobs + 1)
    places = (0.5 + np.arange(count)[:, None] * steps) % 1.0
    spread: F64 = np.clip(1.25 * places - 0.125, 0.0, 1.0)
    return spread


def to_classes(places: F64, classes: F64) -> F64:
    """Places [count, knobs], of which those near a class are that class; see `Profile`."""
    at = places * classes
    near = (classes > 0) & (np.abs(at - at.round()) < WHOLE)
    return np.where(near, at.round() / np.maximum(classes, 1.0), places)


class _Player:
    """Plays a plugin at places of its knobs; the last knob is the temperature."""

    def __init__(self, compiled: Compiled, seed: int, go_on: Callable[[], bool]) -> None:
        self._compiled, self._go_on = compiled, go_on
        self._arena = new_arena(compiled, seed)
        self._observer = Observer(compiled, self._arena)
        table = rows_of(compiled.plugin.manifest)
        self._specs = [table[row].spec for row in self._observer.rows]
        self._temperature = table[TEMPERATURE].spec.default
        self.knobs = len(self._specs) + 1
        spans = [s.maximum - s.minimum if s.role == "class" else 0.0 for s in self._specs]
        self.classes = np.array([*spans, 0.0])
        rate_hz = compiled.plugin.sample_rate_hz
        self._step = np.zeros(rate_hz * STEP_MS // 1000, np.float32)

    def visit(self, place: F64, steps: int, *, reset: bool) -> list[Look]:
        """What there is to see at a place [knobs]."""
        if reset:
            self._change(TARGET_RESET, 0.0)
        self._go(place)
        self._render(SETTLE)
        return self._render(steps)

    def come_to(self, place: F64, steps: int) -> list[Look]:
        """The same, and on the way there."""
        self._go(place)
        return self._render(steps)

    def _go(self, place: F64) -> None:
        for row, spec, share in zip(self._observer.rows, self._specs, place, strict=False):
            value = spec.minimum + float(share) * (spec.maximum - spec.minimum)
            self._change(row, value)
        warmth = COOLEST + float(place[-1]) * (WARMEST - COOLEST)
        self._change(TEMPERATURE, self._temperature * warmth)

    def _render(self, steps: int) -> list[Look]:
        program, header = self._compiled.program, header_of(self._arena)
        looks = []
        for _ in range(steps):
            if not self._go_on():
                raise StoppedError("no profile is wanted any more")
            render_block(program, header, self._arena, no_events(), 0, self._step)
            if (look := self._observer.look()) is not None:
                looks.append(look)
        return looks

    def _change(self, target: int, value: float) -> None:
        program = self._compiled.program
        change_voice(program, header_of(self._arena), self._arena, 0, target, value)
