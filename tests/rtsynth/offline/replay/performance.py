"""Random performances on an engine that is driven without a device, and logged."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.alike import difference
from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.controls import place
from rtsynth.compiler.modulation import place_depths
from rtsynth.compiler.network_state import state_floats, voices_of
from rtsynth.engine.live import shared as sh
from rtsynth.engine.program.layout import (
    BEND,
    BUILT_IN,
    CLOCK,
    EXPRESSION,
    FOLLOW,
    GAIN,
    GATE,
    LFO_ROWS,
    SOURCES,
    SUSTAIN,
    TARGET_BEAT,
    TARGET_DEPTH,
    TARGET_FORGET,
    TARGET_KEEP,
    TARGET_LOOP,
    TARGET_LOOP_LENGTH,
    TARGET_RECALL,
    TARGET_RESET,
    TARGET_RETURN,
    TARGET_SEED,
    TEMPERATURE,
    header_of,
    voice_target,
)
from rtsynth.engine.program.modulator_rows import modulator_rows
from rtsynth.host.carrying import go_on_as
from rtsynth.host.core import EngineCore
from rtsynth.host.event_log import EventLog
from rtsynth.host.voice import Voice, begin_from, make_voice
from rtsynth.offline.replay.replay import Replay
from tests.rtsynth.engine.ahead import AheadDriver
from tests.rtsynth.engine.driver import Driver

F32 = NDArray[np.float32]
VOICES = 3
# What an event of any of these is given, low and high.
MOVES = {
    GAIN: (0.0, 1.0),
    TEMPERATURE: (0.3, 1.3),
    BEND: (-2.0, 2.0),
    EXPRESSION: (0.0, 1.0),
    GATE: (0.0, 1.0),
    BUILT_IN: (0.0, 1.0),
    BUILT_IN + 1: (0.1, 1.0),
    BUILT_IN + 2: (64.0, 76.0),
    TARGET_SEED: (0.0, 2.0**20),
    TARGET_RESET: (0.0, 0.0),
    TARGET_FORGET: (0.0, 0.0),
}
MODULATION = {
    row: (spec.minimum, spec.maximum)
    for row, (spec, _) in modulator_rows().items()
    if row != FOLLOW
} | {FOLLOW: (-1.0, 3.0), TARGET_BEAT: (0.0, 100.0)}
DEPTHS = [
    TARGET_DEPTH + row * SOURCES + source
    for row in (GAIN, TEMPERATURE, BUILT_IN, BUILT_IN + 2, SUSTAIN, LFO_ROWS)
    for source in range(SOURCES)
]
OF_ALL = (TARGET_SEED, TARGET_FORGET)  # never of one voice
OF_SLOT = (TARGET_LOOP_LENGTH, TARGET_LOOP)


class Performance:
    """Plays at random what a host could: `perform` gives what was put out.

    With `ahead` frames it is computed so far ahead; for changes it is gone back. `blocks` are the
    frames of a callback, `also` more targets that are moved, with their lowest and highest value.
    """

    def __init__(
        self,
        compiled: list[Compiled],
        path: Path,
        seed: int,
        ahead: int = 0,
        blocks: tuple[int, ...] = (1, 17, 64, 128, 777, 2000),
        also: dict[int, tuple[float, float]] | None = None,
    ) -> None:
        self.random = np.random.default_rng(seed)
        self._compiled, self._blocks, self._ahead = compiled, blocks, ahead
        self._moves = MOVES | (also or {})
        self.core = EngineCore(int(self.random.choice([16_000, 44_100, 48_000])), 2)
        self.log = EventLog(self.core)
        self.log.open(path)
        self._driver = AheadDriver(self.core, ahead) if ahead else Driver(self.core)
        self._slots: dict[int, Voice] = {}
        self._serial = 0
        self._load(0)

    def perform(self, rounds: int) -> F32:
        """So many stretches of blocks, with changes in between: left and right [n, 2]."""
        self.core.set_master(True)
        self.log.begin()
        pieces = []
        for _ in range(rounds):
            self._change()
            block = int(self.random.choice(self._blocks))
            frames = int(self.random.integers(1, 3 * block + 1))
            if isinstance(self._driver, AheadDriver):
                self.core.words[sh.MARGIN] = self.random.integers(1, self._ahead)
                pieces.append(self._driver.play(frames, block, int(self.random.integers(0, 200))))
            else:
                pieces.append(self._driver.run_all(frames, block))
        self.core.end_moments()
        self.log.finish()
        return np.concatenate(pieces)

    def _change(self) -> None:
        for _ in range(self.random.integers(0, 6)):
            for slot in list(self._slots):
                self._event(self._slots[slot])
        match int(self.random.integers(0, 12)):
            case 0:
                self._load(int(self.random.integers(0, 3)))
            case 1 if len(self._slots) > 1:
                slot = int(self.random.choice(list(self._slots)))
                del self._slots[slot]
                self.core.play(slot, None)
            case 2:
                self.core.set_master(bool(self.random.integers(0, 4)))
            case 3 | 4:
                self._move_mixer()
            case 5 | 6:
                self._give(self._slots[int(self.random.choice(list(self._slots)))])
            case 7 | 8:
                self._go_on(int(self.random.choice(list(self._slots))))
            case 9 | 10:
                self._use_bank(self._slots[int(self.random.choice(list(self._slots)))])
            case _:
                pass

    def _state(self, compiled: Compiled, voices: int) -> F32:
        """Any that could be played."""
        state = np.zeros(voices * state_floats(compiled), np.float32)
        for part in voices_of(compiled, state):
            part.hidden[:] = self.random.uniform(-0.5, 0.5, part.hidden.size)
            part.drawn[0] = self.random.integers(0, 16)
        return state

    def _give(self, voice: Voice) -> None:
        """A state from outside, which is put back now or later."""
        self._serial += 1
        self.core.give_state(voice, self._serial, self._state(voice.compiled, voice.voices))
        at = self.core.counter(sh.FRAMES) + int(self.random.integers(0, 3000))
        at = sh.NOW if self.random.random() < 0.5 else at
        assert self.core.push(voice, TARGET_RECALL, float(self._serial), at)

    def _use_bank(self, voice: Voice) -> None:
        """Keep a state, put one back or loop from one; go back to a moment, as a rescue does."""
        self._serial += 1
        serial = float(self._serial - int(self.random.integers(0, 3)))
        clock = int(header_of(voice.arena)[CLOCK])
        before = float(max(clock - int(self.random.integers(-500, 8000)), 0))
        acts = [
            [(TARGET_KEEP, float(self._serial))],
            [(TARGET_RECALL, serial)],
            [(TARGET_RETURN, before)],
            [(TARGET_LOOP_LENGTH, float(self.random.integers(300, 4000))), (TARGET_LOOP, serial)],
            [(TARGET_LOOP, 0.0)],
        ]
        at = self.core.counter(sh.FRAMES) + int(self.random.integers(0, 3000))
        at = sh.NOW if self.random.random() < 0.5 else at
        number = int(self.random.integers(0, voice.voices)) if self.random.random() < 0.5 else None
        for target, value in acts[int(self.random.integers(len(acts)))]:
            of = target if number is None or target in OF_SLOT else voice_target(target, number)
            assert self.core.push(voice, of, value, at)

    def _move_mixer(self) -> None:
        targets = [sh.PAN, sh.MUTE, sh.STRIP + sh.SOLO, sh.MASTER_LEVEL, TARGET_FORGET]
        target = int(self.random.choice(targets))
        value = self.random.uniform(-1, 1) if target == sh.PAN else self.random.integers(0, 2)
        at = self.core.counter(sh.FRAMES) + int(self.random.integers(-500, 5000))
        at = sh.NOW if self.random.random() < 0.3 else max(at, 0)
        assert self.core.push_setting(target, float(value), at)

    def _load(self, slot: int) -> None:
        random = self.random
        compiled = self._compiled[int(random.integers(0, len(self._compiled)))]
        voices = int(random.choice([1, VOICES]))
        seed = int(random.integers(0, 2**53))
        voice = make_voice(compiled, self.core.rate_hz, seed, voices)
        if random.random() < 0.3:
            begin_from(voice, self._state(compiled, voices))
        size = voice.arena.size // voices
        for target in random.choice([GAIN, TEMPERATURE], int(random.integers(0, 3))):
            number = int(random.integers(0, voices))
            place(voice.arena[number * size : (number + 1) * size], int(target), random.random())
        depths = random.choice(DEPTHS, int(random.integers(0, 4)))
        placed = [(int(target), float(random.uniform(-1, 1))) for target in depths]
        place_depths(compiled.program, voice.arena, placed)
        self._slots[slot] = voice
        self.core.play(slot, voice)

    def _go_on(self, slot: int) -> None:
        """Another network that is like the one that plays, or that itself, goes on from there."""
        before = self._slots[slot]
        like = [each for each in self._compiled if difference(before.compiled, each) is None]
        compiled = like[int(self.random.integers(0, len(like)))]
        voice = make_voice(compiled, self.core.rate_hz, before.seed, before.voices)
        go_on_as(voice, before)
        self._slots[slot] = voice
        self.core.play(slot, voice)

    def _move(self) -> tuple[int, float]:
        """A target and its value: half of them of modulation, which goes on from then on."""
        random = self.random
        if random.random() < 0.25:
            return int(random.choice(DEPTHS)), float(random.uniform(-0.5, 0.5))
        moves = self._moves if random.random() < 0.65 else MODULATION
        target = int(random.choice(list(moves)))
        value = float(random.uniform(*moves[target]))
        return target, float(round(value)) if target in (GATE, TARGET_SEED, FOLLOW) else value

    def _event(self, voice: Voice) -> None:
        random = self.random
        target, value = self._move()
        if voice.voices > 1 and target not in OF_ALL and random.random() < 0.6:
            target = voice_target(target, int(random.integers(0, voice.voices)))
        frame = self.core.counter(sh.FRAMES) + int(random.integers(-500, 5000))
        at = sh.NOW if random.random() < 0.4 else max(frame, 0)
        assert self.core.push(voice, target, value, at)


def replayed(path: Path) -> F32:
    """What a log gives; it has compared every sample with what was played."""
    replay = Replay(path, threads=1)
    output = np.concatenate(list(replay))
    assert not replay.differs
    assert replay.same == len(output)
    return output
