"""Did it learn? Each check plays the plugin through the engine and measures the sound."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import rtsynth
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.offline.events import ControlEvent
from rtsynth.plugin import Plugin
from rtsynth_train.measure.sound import (
    NoteKey,
    Reference,
    centroid_hz,
    held_pitch_error_cents,
    level_db,
    track_pitch,
)

INSTRUMENTS = {0: "clarinet", 1: "trumpet"}
KEYS = tuple(range(64, 77))
AMPLITUDES = tuple(round(0.1 * i, 1) for i in range(1, 11))
SETTLE_S = 0.3
HELD_S = 1.0
LEVEL_S = 1.5
LOCK_WITHIN_S = 0.1
LOCK_CENTS = 50
JUMP_TAIL_S = 0.5
JUMP_TIMES_S = tuple(0.4 + 0.037 * i for i in range(10))


@dataclass(frozen=True)
class Result:
    """One line of the table. `value` is compared with `limit` by `passes`."""

    check: str
    value: float
    unit: str
    limit: str
    passed: bool
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Listener:
    """Plays one plugin with one seed, against one table of recordings."""

    compiled: Compiled
    reference: dict[NoteKey, Reference]
    seed: int

    @property
    def rate_hz(self) -> int:
        """Rate of the plugin."""
        return self.compiled.plugin.sample_rate_hz

    def held(self, seconds: float, **controls: float) -> np.ndarray:
        """A held sound, without its first SETTLE_S."""
        audio = rtsynth.render(self.compiled, SETTLE_S + seconds, controls, self.seed)
        return audio[round(SETTLE_S * self.rate_hz) :]


def pitch_errors(listener: Listener, pitches: list[float]) -> dict[str, float]:
    """Cents off for every instrument and pitch, at the default amplitude."""
    out = {}
    for instrument, label in INSTRUMENTS.items():
        for pitch in pitches:
            audio = listener.held(HELD_S, instrument=instrument, pitch=pitch)
            out[f"{label} {pitch:g}"] = held_pitch_error_cents(audio, listener.rate_hz, pitch)
    return out


def check_trained_pitches(listener: Listener) -> list[Result]:
    """The 13 recorded pitches of both instruments."""
    errors = pitch_errors(listener, [float(key) for key in KEYS])
    sizes = np.abs(list(errors.values()))
    return [
        Result(
            "recorded pitches: median error",
            float(np.median(sizes)),
            "cents",
            "<= 10",
            bool(np.median(sizes) <= 10),
            errors,
        ),
        Result(
            "recorded pitches: worst error",
            float(sizes.max()),
            "cents",
            "<= 50",
            bool(sizes.max() <= 50),
        ),
    ]


def check_unseen_pitches(listener: Listener) -> list[Result]:
    """The half-semitones between them, which no recording has."""
    errors = pitch_errors(listener, [key + 0.5 for key in KEYS[:-1]])
    share = 100 * float(np.mean(np.abs(list(errors.values())) <= 30))
    return [Result("half-semitones within 30 cents", share, "%", ">= 90", share >= 90, errors)]


def check_levels(listener: Listener) -> list[Result]:
    """Every recording's level, and that a louder setting is louder."""
    off, rising = {}, []
    for instrument, label in INSTRUMENTS.items():
        for key in KEYS:
            levels = []
            for amplitude in AMPLITUDES:
                audio = listener.held(
                    LEVEL_S, instrument=instrument, pitch=key, amplitude=amplitude
                )
                levels.append(level_db(audio))
                wanted = listener.reference[instrument, amplitude, key].level_db
                off[f"{label} {key} {amplitude}"] = levels[-1] - wanted
            rising.append(bool(np.all(np.diff(levels) > 0)))
    share = 100 * float(np.mean(np.abs(list(off.values())) <= 3))
    monotone = 100 * float(np.mean(rising))
    return [
        Result("levels within 3 dB of the recording", share, "%", ">= 95", share >= 95, off),
        Result("notes whose level rises with amplitude", monotone, "%", "100", monotone == 100),
    ]


def locks(listener: Listener, instrument: int, start: int, end: int, jump_s: float) -> bool:
    """Whether every pitch frame that begins LOCK_WITHIN_S after the jump or later is right."""
    audio = rtsynth.render(
        listener.compiled,
        jump_s + JUMP_TAIL_S,
        {"instrument": instrument, "pitch": start},
        listener.seed,
        events=[ControlEvent(jump_s, "pitch", end)],
    )
    first = round((jump_s + LOCK_WITHIN_S) * listener.rate_hz)
    _, measured = track_pitch(audio[first:], listener.rate_hz)
    return bool(np.all(np.abs(measured - end) * 100 <= LOCK_CENTS))  # NaN (no pitch) is False


def check_jumps(listener: Listener) -> list[Result]:
    """Octave jumps up and down, at ten times each."""
    tries = {}
    for instrument, label in INSTRUMENTS.items():
        for start, end in ((KEYS[0], KEYS[-1]), (KEYS[-1], KEYS[0])):
            for jump_s in JUMP_TIMES_S:
                name = f"{label} {start}->{end} at {jump_s:.3f} s"
                tries[name] = locks(listener, instrument, start, end, jump_s)
    share = 100 * float(np.mean(list(tries.values())))
    return [
        Result(
            f"octave jumps locked within {LOCK_WITHIN_S * 1000:.0f} ms",
            share,
            "%",
            ">= 95",
            share >= 95,
            tries,
        )
    ]


def check_timbre(listener: Listener) -> list[Result]:
    """At every pitch, the brighter of the two recordings is also the brighter of the two sounds.

    (In the reference set that is the trumpet, everywhere at this amplitude.) Compared at the
    same pitch, because over the whole range the two instruments' centroids overlap.
    """
    right, amplitude = {}, 0.8
    for key in KEYS:
        measured, recorded = (
            [
                centroid_hz(
                    listener.held(HELD_S, instrument=i, pitch=key, amplitude=amplitude),
                    listener.rate_hz,
                )
                for i in INSTRUMENTS
            ],
            [listener.reference[i, amplitude, key].centroid_hz for i in INSTRUMENTS],
        )
        right[f"{key}"] = bool((measured[1] > measured[0]) == (recorded[1] > recorded[0]))
    share = 100 * float(np.mean(list(right.values())))
    return [
        Result("instruments distinguished by centroid", share, "%", ">= 95", share >= 95, right)
    ]


CHECKS: tuple[Callable[[Listener], list[Result]], ...] = (
    check_trained_pitches,
    check_unseen_pitches,
    check_levels,
    check_jumps,
    check_timbre,
)


def listen(
    plugin: Plugin, reference: dict[NoteKey, Reference], seed: int, precision: str = "float32"
) -> list[Result]:
    """All checks with one seed."""
    listener = Listener(compile_plugin(plugin, precision), reference, seed)
    return [result for check in CHECKS for result in check(listener)]
