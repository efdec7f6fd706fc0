"""`rtsynth listen`: a plugin is played at its points, and what sounds is measured.

What applies depends on the plugin: a pitch, the time to it and partials where a knob is one; events
where a knob is called `rate`, or the recordings have them; a level everywhere; and what is measured
against recordings, where they are known. These are converted as its training does, and what that
refuses is left out.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rtsynth
from rtsynth.common.errors import InputError
from rtsynth.compiler.compile import Compiled, compile_plugin
from rtsynth.offline.events import ControlEvent
from rtsynth.plugin import Plugin
from rtsynth_train.core.converted import Coding, beginning
from rtsynth_train.core.sound_rules import AS_THEY_ARE, SoundRules
from rtsynth_train.judge.points import USUAL, Point, pitch_of, points_of
from rtsynth_train.measure.event_depth import event_depth_db
from rtsynth_train.measure.harmonics import harmonic_to_rest_db
from rtsynth_train.measure.hiss import band_floors, hiss_by_band, hiss_db
from rtsynth_train.measure.lock import lock_ms
from rtsynth_train.measure.onsets import pop_rate
from rtsynth_train.measure.recorded import Recorded, knobs_of
from rtsynth_train.measure.sound import held_pitch_error_cents, level_db

Audio = NDArray[np.floating]

SETTLE_S = 0.3
HELD_S, EVENTS_S = 1.0, 5.0
JUMP_S, AFTER_S = 0.4, 0.6
LONGEST_S = 20.0  # of a recording that is measured
BELOW, ABOVE = 4, 8  # semitones around the plugin's pitches where one is looked for
EVENTS = "rate"
LEAST_RATE, LEAST_DEPTH_DB = 1.0, 9.0  # of recordings that are of events
LOOKED_AT = 8  # recordings, for whether they have events
NAMED_AT_MOST = 5  # recordings that are left out


@dataclass(frozen=True)
class Measurement:
    """What was measured at a point; `wanted` is what the recordings have, where they say it."""

    point: Point
    measured: dict[str, float]
    wanted: dict[str, float]


class Listener:
    """Plays one plugin with one seed, and measures it against its recordings, if any; `rules` say
    how its training takes these.
    """

    def __init__(
        self, plugin: Plugin | Compiled, recordings: Sequence[Recorded], seed: int = 1,
        rules: SoundRules = AS_THEY_ARE,
    ) -> None:  # fmt: skip
        self._compiled = plugin if isinstance(plugin, Compiled) else compile_plugin(plugin)
        self._manifest = self._compiled.plugin.manifest
        self._recordings, self._seed, self._rules = list(recordings), seed, rules
        self._rate_hz = self._manifest.sample_rate_hz
        self._known: dict[Path, dict[str, float]] = {}
        self._floors: dict[Path, dict[int, float]] = {}
        self._refused: dict[Path, str] = {}

    @cached_property
    def pitch(self) -> str | None:
        """The knob that is the pitch."""
        knob = pitch_of(self._manifest)
        return None if knob is None else knob.name

    @cached_property
    def has_events(self) -> bool:
        """Whether events are counted."""
        if self.pitch is not None:
            return False
        if any(knob.name == EVENTS for knob in knobs_of(self._manifest)):
            return True
        found = list(islice(filter(self._usable, self._recordings), LOOKED_AT))
        return bool(found) and all(
            self._known[each.path]["event_rate"] >= LEAST_RATE
            and self._known[each.path]["event_depth_db"] >= LEAST_DEPTH_DB
            for each in found
        )

    @property
    def left_out(self) -> list[str]:
        """Lines about recordings that were to be compared with, and cannot be used."""
        lines = [f"left out: {line}" for line in self._refused.values()]
        more = len(lines) - NAMED_AT_MOST
        return lines[:NAMED_AT_MOST] + ([f"left out {more} more recordings"] if more > 0 else [])

    def listen(
        self, most: int = USUAL, progress: Callable[[int, int], None] | None = None
    ) -> list[Measurement]:
        """Every measure at each point, and between; `progress` is called with (done, of)."""
        points = self._points(most)
        out = []
        for number, point in enumerate(points):
            out.append(self._at(point))
            if progress is not None:
                progress(number + 1, len(points))
        return out

    def _points(self, most: int) -> list[Point]:
        """With recordings that can be used: others take the place of those that cannot."""
        while True:
            points = points_of(self._manifest, self._recordings, most)
            wanted = {path for point in points for path in point.recordings}
            for each in self._recordings:
                if each.path in wanted:
                    self._usable(each)
            if not wanted & self._refused.keys():
                return points
            self._recordings = [e for e in self._recordings if e.path not in self._refused]

    def _at(self, point: Point) -> Measurement:
        seconds = EVENTS_S if self.has_events else HELD_S
        settle = round(SETTLE_S * self._rate_hz)
        audio = rtsynth.render(self._compiled, SETTLE_S + seconds, point.values, self._seed)[
            settle:
        ]
        measured = self._measures(audio, self.has_events)
        if self.pitch is not None:
            pitch = point.values[self.pitch]
            measured["pitch_cents"] = held_pitch_error_cents(
                audio, self._rate_hz, pitch, self._range_hz
            )
            measured["harmonic_to_rest_db"] = harmonic_to_rest_db(audio, self._rate_hz, pitch)
            measured["lock_ms"] = self._lock(point)
        wanted = {key: value for key, value in self._wanted(point).items() if key in measured}
        bands = [
            hiss_by_band(band_floors(audio, self._rate_hz), self._floors[path])
            for path in point.recordings
        ]
        if bands:
            measured["hiss_db"] = float(np.mean([hiss_db(each) for each in bands]))
            measured |= {
                f"hiss_db.{band}": float(np.mean([each[band] for each in bands if band in each]))
                for band in bands[0]
            }
        return Measurement(point, {k: v for k, v in measured.items() if not math.isnan(v)}, wanted)

    def _measures(self, audio: Audio, events: bool) -> dict[str, float]:
        found = {"level_db": level_db(audio)}
        if events:
            found["event_rate"] = pop_rate(audio, self._rate_hz)
            found["event_depth_db"] = event_depth_db(audio, self._rate_hz)
        return found

    def _wanted(self, point: Point) -> dict[str, float]:
        """Means of what was recorded there, or on both sides; of rates the geometric one."""
        rows = [self._known[path] for path in point.recordings]
        out = {}
        for key in rows[0] if rows else ():
            values = np.array([row[key] for row in rows])
            geometric = key == "event_rate" and bool(values.min() > 0)
            mean = np.exp(np.log(values).mean()) if geometric else values.mean()
            out[key] = float(mean)
        return {key: value for key, value in out.items() if not math.isnan(value)}

    def _usable(self, recording: Recorded) -> bool:
        """Whether it can be compared with; measures it."""
        path = recording.path
        if path in self._known or path in self._refused:
            return path in self._known
        try:
            audio = self._read(path)
        except InputError as error:
            self._refused[path] = str(error)
            return False
        known = self._measures(audio, self.pitch is None)
        if self.pitch is not None and self.pitch in recording.values:
            pitch = recording.values[self.pitch]
            known["harmonic_to_rest_db"] = harmonic_to_rest_db(audio, self._rate_hz, pitch)
        self._floors[path], self._known[path] = band_floors(audio, self._rate_hz), known
        return True

    def _read(self, path: Path) -> Audio:
        """Without the silence at its ends.

        Raises:
            InputError: training leaves it out, or nothing sounds in what is measured of it.
        """
        codec = self._manifest.codec
        assert codec is not None
        coding = Coding(self._rate_hz, codec.name, codec.levels, codec.limits)
        audio = beginning(path, coding, self._rules, LONGEST_S)
        loud = np.flatnonzero(np.abs(audio) > 10 ** (-50 / 20) * np.abs(audio).max(initial=0.0))
        if not loud.size:
            raise InputError(f"{path}: is silent in its first {LONGEST_S:g} s; cut that off")
        return audio[loud[0] : loud[-1] + 1]

    @cached_property
    def _range_hz(self) -> tuple[float, float]:
        knob = pitch_of(self._manifest)
        assert knob is not None
        low, high = (
            440.0 * 2 ** ((pitch - 69) / 12)
            for pitch in (knob.minimum - BELOW, knob.maximum + ABOVE)
        )
        return low, min(high, 0.45 * self._rate_hz)

    def _lock(self, point: Point) -> float:
        """From the end of the range that is farther away to the point's pitch."""
        knob = pitch_of(self._manifest)
        assert knob is not None
        pitch = point.values[knob.name]
        start = max((knob.minimum, knob.maximum), key=lambda end: abs(end - pitch))
        audio = rtsynth.render(
            self._compiled, JUMP_S + AFTER_S, point.values | {knob.name: start}, self._seed,
            events=[ControlEvent(JUMP_S, knob.name, pitch)],
        )  # fmt: skip
        return lock_ms(audio, self._rate_hz, pitch, JUMP_S, self._range_hz)
