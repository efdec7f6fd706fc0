"""An engine that plays by the clock of its blocks: an hour of it takes minutes."""

import time

import numpy as np
from numpy.typing import NDArray

from rtsynth import Host
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.mix import compute_frames
from rtsynth.engine.program.layout import CLOCK, CONFIG_SOUND, SOUND_SAMPLES, header_of
from rtsynth.host.loading import Loadable
from rtsynth.host.rescue.learning import STEP_MS
from rtsynth.host.rescue.steering import OFF
from rtsynth.host.slot import Slot
from tests.rtsynth.engine.ahead import AheadDriver

F32 = NDArray[np.float32]


BLOCKS = 4  # in a step, of a device for which the sound is computed ahead


class BlockClock:
    """Plays one plugin in slot 1; looks for traps after every STEP_MS of sound.

    `played_s` is how much has been played, `watched_s` for how long traps were looked for, and
    `looking_s` the CPU time of that. With `ahead_ms` the sound is computed so far ahead of what is
    played, as far as it can be before every look.
    """

    def __init__(
        self, plugin: Loadable, mode: str, *, voices: int = 1, seed: int = 0, ahead_ms: int = 0
    ) -> None:
        self.host = Host("null", precision="float32", rate_hz=16_000, voices=voices, seed=seed)
        self.slot: Slot = self.host.load(plugin)
        self.rate_hz = 16_000
        self.host.rescue.profiles.learn_now(self.slot.plugin)
        self.ahead: AheadDriver | None = None
        if ahead_ms:
            frames = ahead_ms * self.rate_hz // 1000
            self.ahead = AheadDriver(self.host.core, frames, self.slot.voice)
        self.host.core.set_master(True)
        self.host.stage.running = True
        self.host.rescue.choose(1, mode)
        self.looking_s = self.watched_s = self.played_s = 0.0

    def play(self, seconds: float) -> F32:
        """What is played then [samples], mono."""
        words, frames = self.host.core.words, self.rate_hz * STEP_MS // 1000
        parts = []
        for _ in range(max(round(seconds * 1000 / STEP_MS), 1)):
            if self.ahead is None:
                compute_frames(words, frames)
                head = int(words[sh.OUT_HEAD])
                parts.append(self._out(head - frames, frames))
            else:
                parts.append(self.ahead.play(frames, frames // BLOCKS)[:, 0])
                self.ahead.turns()
            self.played_s += STEP_MS / 1000
            began_s = time.thread_time()
            self.host.rescue.look()
            if self.host.rescue.mode(1) != OFF:
                self.looking_s += time.thread_time() - began_s
                self.watched_s += STEP_MS / 1000
        return np.concatenate(parts)

    def heard(self, frame: int, count: int) -> F32 | None:
        """What was played from a frame on [count]; None: it has not been yet."""
        head = int(self.host.core.words[sh.OUT_HEAD])
        if frame + count > head:
            return None
        assert frame > head - sh.OUT_CAPACITY, "too long ago"
        return self._out(frame, count)

    def network(self, seconds: float) -> F32:
        """What the network of voice 1 has put out last [samples], before gain and gate."""
        voice, count = self.slot.voice, round(seconds * self.rate_hz)
        clock = int(header_of(voice.arena)[CLOCK])
        places = (clock - count + np.arange(count)) & (SOUND_SAMPLES - 1)
        sound: F32 = voice.arena[int(voice.compiled.program.config[CONFIG_SOUND]) + places]
        return sound

    def _out(self, frame: int, count: int) -> F32:
        sound: F32 = self.host.core.out_ring[0, np.arange(frame, frame + count) % sh.OUT_CAPACITY]
        return sound

    @property
    def cpu_share(self) -> float:
        """Of a core, while traps were looked for."""
        return self.looking_s / max(self.watched_s, STEP_MS / 1000)

    def close(self) -> None:
        self.host.stage.running = False
        self.host.close()
