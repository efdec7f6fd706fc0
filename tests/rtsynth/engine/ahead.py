"""An engine that computes ahead, turn by turn, with a device that plays when it is told to."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.controls import place
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.moments import compute_ahead
from rtsynth.engine.program.layout import GAIN
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import Voice, make_voice
from tests.rtsynth.engine.driver import Driver

F32 = NDArray[np.float32]
RATE_HZ, BLOCK = 48_000, 128


class AheadDriver(Driver):
    """The callback and the thread that is ahead of it, both called from this thread."""

    def __init__(self, core: EngineCore, frames: int, voice: Voice | None = None) -> None:
        super().__init__(core, voice)
        core.set_ahead(frames)
        core.begin_moments()

    def turns(self, most: int = 1 << 20) -> int:
        """Let the thread have so many turns, or until it is as far ahead as it is to be."""
        count = 0
        while count < most and compute_ahead(self.core.words):
            count += 1
        return count

    def play(self, frames: int, block: int, turns: int = 1 << 20) -> F32:
        """What the device gets: [frames, channels]; before every callback there are some turns."""
        out = []
        while frames > 0:
            count = min(block, frames)
            self.core.words[sh.BLOCK_FRAMES] = count
            self.turns(turns)
            while self.left < count:
                assert self.turns(1)
            out.append(self.run_all(count, count))
            frames -= count
        assert self.core.counter(sh.XRUNS) == 0
        return np.concatenate(out)

    @property
    def left(self) -> int:
        """Frames that are computed and not played."""
        return self.core.counter(sh.OUT_HEAD) - self.core.counter(sh.PLAYED)


def surviving(rows: NDArray[np.int64], values: NDArray[np.float64]) -> list[tuple[int, ...]]:
    """The records of a log ring, with their values, without those that are void."""
    kept: list[tuple[int, ...]] = []
    for row, value in zip(rows.tolist(), values.tolist(), strict=True):
        if row[sh.LOG_KIND] == sh.LOGGED_BACK:
            while kept and kept[-1][sh.LOG_FRAME] >= row[sh.LOG_FRAME]:
                kept.pop()
        else:
            kept.append((*row, value))
    return kept


def voice_of(compiled: Compiled, voices: int = 1) -> Voice:
    voice = make_voice(compiled, RATE_HZ, 3, voices)
    for at in range(0, voice.arena.size, voice.arena.size // voices):
        place(voice.arena[at : at + voice.arena.size // voices], GAIN, 0.4)
    return voice


def started_core(voice: Voice) -> EngineCore:
    core = EngineCore(RATE_HZ, 2)
    core.play(0, voice)
    core.set_master(True)
    sh.write_word(core.words, sh.LOGGING, 1)
    return core


def ahead_driver(compiled: Compiled, frames: int = 4800, voices: int = 1) -> AheadDriver:
    voice = voice_of(compiled, voices)
    return AheadDriver(started_core(voice), frames, voice)


def straight(
    compiled: Compiled, events: list[tuple[int, int, float]], frames: int, voices: int = 1
) -> np.ndarray:
    """The same without anything ahead: all events are known from the start."""
    voice = voice_of(compiled, voices)
    driver = Driver(started_core(voice), voice)
    first = driver.run_all(1, 1)  # then its clock runs
    for time, target, value in events:
        assert driver.push(target, value, time)
    return np.concatenate([first, driver.run_all(frames - 1, BLOCK)])


def taken(core: EngineCore) -> list[tuple[int, int, float]]:
    """(time, target, value) of the events that count."""
    return [
        (int(row[sh.LOG_TIME]), int(row[sh.LOG_NUMBER]), float(row[-1]))
        for row in surviving(*core.take_log())
        if row[sh.LOG_KIND] == sh.LOGGED_EVENT
    ]
