"""Whether a rescue was called for, measured apart from what rescue looks at.

The plugin itself, begun from rest several times with the knobs as the network was given them just
before, says how it sounds there. What was rescued and sounded so, at the pitch that it was asked
for or has with these knobs by itself, was no trap: a false alarm.
"""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import TEMPERATURE
from rtsynth.engine.program.table import rows_of
from rtsynth.host.rescue.observer import Look, Observer
from tests.rtsynth.host.rescue.block_clock import BlockClock
from tests.rtsynth.host.rescue.sound_measures import Range, is_in, is_tuned, pitch, range_of

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

LENGTHS_S = (0.25, 0.125)  # of what is measured: all that an arena keeps, and half of it
TAKES, SETTLE_S, WINDOWS = 8, 0.3, 12
REMEMBERED_S, PLACES = 0.5, 3  # the knobs of so long count, at so many moments
JOINT_S, AFTER_S = 0.02, 0.4  # after that it is measured once more


@dataclass
class Alarm:
    """A rescue: when, from what, with which knobs; whether it was false.

    `well`: soon after it the sound is as it has to be. `jumps`: where it was faded, it jumps
    further than the plugin's sound does by itself.
    """

    at_s: float
    reason: str
    knobs: str
    false: bool
    at_frame: int
    place: "Place"
    well: bool = False
    jumps: bool = False

    @property
    def audible(self) -> bool:
        return self.jumps or not self.well


class Place(NamedTuple):
    """How a plugin sounds with some knobs: its windows by their length, its largest step.

    `pitches`: the one that it is asked for, and those that it has; empty where none is asked for.
    """

    ranges: dict[float, Range]
    pitches: list[float]
    step: float


class Ear:
    """Plays the plugin of a clock beside it, and compares."""

    def __init__(self, watched: BlockClock) -> None:
        self._watched, self._reference = watched, BlockClock(watched.slot.plugin, "off", seed=1)
        voice = watched.slot.voice
        program, table = voice.compiled.program, rows_of(voice.compiled.plugin.manifest)
        rows = Observer(voice.compiled, voice.arena).rows
        self._specs = [table[row].spec for row in [*rows, TEMPERATURE]]
        routed = [int(row) for row, _, _ in program.routes]
        maps = [program.route_map[routed.index(row)] for row in rows]
        self._scale = np.array([each[0] for each in maps] + [1.0])
        self._shift = np.array([each[1] for each in maps] + [0.0])
        self._given: deque[tuple[float, F64]] = deque()

    def remember(self, look: Look) -> None:
        """What the network is given now."""
        now_s = self._watched.played_s
        self._given.append((now_s, (look.knobs - self._shift) / self._scale))
        while self._given[0][0] < now_s - REMEMBERED_S:
            self._given.popleft()

    def alarm(self, reason: str) -> Alarm:
        """A rescue is under way: what there is to say of the sound before."""
        moments = [values for _, values in self._given]
        at = np.linspace(len(moments) - 1, 0, PLACES).round().astype(int)
        wanted = {tuple(moments[n].round(3).tolist()): moments[n] for n in at.tolist()}
        for values in wanted.values():
            place = self._listen(values)
            false = self._is_there(place)
            if false:
                break
        knobs = ", ".join(
            f"{s.name} {v:.3g}" for s, v in zip(self._specs, moments[-1], strict=True)
        )
        frame = int(self._watched.host.core.words[sh.OUT_HEAD])
        return Alarm(self._watched.played_s, reason, knobs, false, frame, place)

    def listen_to_joint(self, alarm: Alarm) -> bool:
        """Whether enough has been played since; then it is known how the rescue sounded."""
        rate_hz = self._watched.rate_hz
        after = self._watched.heard(alarm.at_frame, round(AFTER_S * rate_hz))
        if after is None:
            return False
        joint, place = round(JOINT_S * rate_hz), alarm.place
        alarm.jumps = float(np.abs(np.diff(after[:joint])).max()) > place.step
        sound = after[-round(LENGTHS_S[0] * rate_hz) :]
        alarm.well = is_in(sound, place.ranges[LENGTHS_S[0]])
        alarm.well = alarm.well and is_tuned(sound, rate_hz, place.pitches)
        return True

    def close(self) -> None:
        self._reference.close()

    def _listen(self, values: F64) -> Place:
        """How the plugin sounds with values of its knobs."""
        clock, pitches = self._reference, list[float]()
        for spec, value in zip(self._specs, values.tolist(), strict=True):
            clock.slot[spec.name] = min(max(value, spec.minimum), spec.maximum)
            pitches += [value] * (spec.role == "pitch")
        parts: dict[float, list[F32]] = {length: [] for length in LENGTHS_S}
        step = 0.0
        for _ in range(TAKES):
            clock.slot.reset()
            clock.play(SETTLE_S)
            for _ in range(WINDOWS):
                heard = clock.play(LENGTHS_S[0])
                step = max(step, float(np.abs(np.diff(heard)).max()))
                for length in LENGTHS_S:
                    parts[length].append(clock.network(length))
        ranges = {length: range_of(parts[length], length) for length in LENGTHS_S}
        if pitches:
            pitches += [pitch(part, clock.rate_hz) for part in parts[LENGTHS_S[0]]]
        return Place(ranges, pitches, step)

    def _is_there(self, place: Place) -> bool:
        """Whether the sound of just now is as it is at a place."""
        rate_hz = self._watched.rate_hz
        return all(
            is_in(sound, place.ranges[length]) and is_tuned(sound, rate_hz, place.pitches)
            for length in LENGTHS_S
            for sound in [self._watched.network(length)]
        )
