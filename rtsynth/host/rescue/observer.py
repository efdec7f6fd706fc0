"""Looking at one voice beside the audio thread: what it puts out, and what it is asked for.

Nobody waits: a look may be half of one step and half of the next.
"""

import math
from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.anatomy import Draw, anatomy_of
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.uncertainty import bits_of, row_value
from rtsynth.engine.program.layout import (
    BEND,
    CLOCK,
    CODE,
    CONFIG_ARENA_FLOATS,
    CONFIG_PITCH,
    CONFIG_SOUND,
    GATE,
    HIGH,
    LOW,
    MIN_P,
    SOUND_SAMPLES,
    TEMPERATURE,
    TOP_K,
    TOP_P,
    header_of,
)
from rtsynth.engine.program.ops import Categorical
from rtsynth.engine.program.table import rows_of, take_name
from rtsynth.host.rescue.features import (
    BITS,
    COUNT,
    OF_SOUND,
    SIZE,
    SURPRISE,
    WINDOW,
    decibels,
    sound_features,
)

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

DRAWS_KEPT = 9  # looks at what is drawn: a single one says little
LEAST_SHARE = 2.0**-20
STILL_S = 0.25  # the pitch has to have been where it is, before the sound is compared with it
STILL = 0.3  # semitones
CUTS = (TOP_K, TOP_P, MIN_P)


class Look(NamedTuple):
    """One voice at one moment.

    `clock` is its sample, `knobs` [D] are what the network is given (its parameters, as bends and
    envelopes leave them, and the temperature), `features` [COUNT]. `sounds`: its gate is open.
    `usual`: codes are cut off as the plugin has it, and no generated parameter is taken over.
    """

    clock: int
    knobs: F64
    features: F64
    sounds: bool
    usual: bool


class Observer:
    """Looks at voice `number` (from 0) of an arena."""

    def __init__(self, compiled: Compiled, arena: F32, number: int = 0) -> None:
        program, plugin = compiled.program, compiled.plugin
        self._program = program
        size = int(program.config[CONFIG_ARENA_FLOATS])
        self._arena = arena[number * size : (number + 1) * size]
        self._header = header_of(self._arena)
        self._sound = int(program.config[CONFIG_SOUND])
        self._rate_hz = plugin.sample_rate_hz
        self._pitch_row = int(program.config[CONFIG_PITCH])
        rows = {row.spec.name: row for row in rows_of(plugin.manifest)}
        generated = plugin.manifest.generated
        self.rows = [rows[p.name].index for p in plugin.parameters if p.name not in generated]
        where = {int(row): int(at) for row, at, _ in reversed(program.routes.tolist())}
        self._inputs = np.array([where[row] for row in self.rows if row in where], np.int64)
        self.rows = [row for row in self.rows if row in where]
        self._taken = [rows[take_name(name)].index for name in generated]
        self._cuts = [(row, plugin_cut(compiled, row)) for row in CUTS]
        draws = [(d, d.op) for d in anatomy_of(compiled).draws if isinstance(d.op, Categorical)]
        self._hidden = [slice(at, at + n) for tier in compiled.tiers for at, n in tier.hidden]
        self._draw = draws[-1] if draws else None
        self._drawn: deque[tuple[float, float]] = deque(maxlen=DRAWS_KEPT)
        self._pitches: deque[tuple[int, float]] = deque()

    @property
    def sounds(self) -> bool:
        """Whether the gate of the voice is open."""
        return self._row(GATE) == 1.0

    @property
    def clock(self) -> int:
        """The sample that is computed next."""
        return int(self._header[CLOCK])

    def forget(self) -> None:
        """The network is another one from now on: what it drew before says nothing of it."""
        self._drawn.clear()

    def rewound(self, heard: int) -> None:
        """What there was to see beyond sample `heard` is void: it is computed anew."""
        self._drawn.clear()
        while self._pitches and self._pitches[-1][0] > heard:
            self._pitches.pop()

    def look(self) -> Look | None:
        """How the voice is now; None: it has not sounded for a window yet."""
        clock = self.clock
        if clock < WINDOW:
            return None
        places = (clock - WINDOW + np.arange(WINDOW)) & (SOUND_SAMPLES - 1)
        sound = self._arena[self._sound + places]
        features = np.full(COUNT, np.nan)
        features[:OF_SOUND] = sound_features(sound, self._rate_hz, self._pitch_hz(clock))
        if self._draw is not None:
            self._drawn.append(self._read_draw(*self._draw))
            features[BITS], features[SURPRISE] = np.median(self._drawn, axis=0)
        features[SIZE] = self._read_size()
        temperature = self._row(TEMPERATURE)
        knobs = np.append(self._arena[self._inputs].astype(np.float64), temperature)
        usual = all(self._row(row) == value for row, value in self._cuts)
        usual = usual and all(self._row(row) == 0.0 for row in self._taken)
        finite = bool(np.isfinite(knobs).all())
        return Look(clock, knobs, features, self.sounds and finite, usual)

    def _read_size(self) -> float:
        """SIZE."""
        layers = (np.nan_to_num(self._arena[part]) for part in self._hidden)
        return decibels(max((float(np.abs(each).max()) for each in layers), default=math.nan))

    def _read_draw(self, draw: Draw, op: Categorical) -> tuple[float, float]:
        shares = self._arena[op.scratch : op.scratch + op.levels]
        code = min(max(int(self._header[CODE]), 0), op.levels - 1)
        total = float(shares.sum())
        share = float(shares[code]) / total if total > 0 else 1.0
        share = max(share, LEAST_SHARE) if math.isfinite(share) else 1.0
        return bits_of(draw, self._program, self._arena), -math.log2(share)

    def _pitch_hz(self, clock: int) -> float | None:
        """What the network is asked for; None: nothing, or it has only just been."""
        row = self._pitch_row
        if row < 0:
            return None
        low, high = (float(self._program.ranges[row, column]) for column in (LOW, HIGH))
        pitch = self._row(row)
        bent = min(max(pitch + self._row(BEND), min(low, pitch)), max(high, pitch))
        since, pitches = clock - STILL_S * self._rate_hz, self._pitches
        pitches.append((clock, bent))
        while len(pitches) > 1 and pitches[1][0] <= since:
            pitches.popleft()  # the last one before that counts
        if max(abs(before - bent) for _, before in pitches) > STILL:
            return None
        return 440.0 * math.pow(2.0, (bent - 69.0) / 12.0)

    def _row(self, row: int) -> float:
        return row_value(self._program, self._arena, row)


def plugin_cut(compiled: Compiled, row: int) -> float:
    """Where a row stands in a plugin that was just loaded, as the table has it."""
    return float(np.float32(rows_of(compiled.plugin.manifest)[row].spec.default))
