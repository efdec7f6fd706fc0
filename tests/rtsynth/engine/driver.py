"""Calling the audio callback from a test, block by block, as a sound card would."""

import ctypes

import numpy as np

from rtsynth.compiler.compile import Compiled
from rtsynth.compiler.controls import place
from rtsynth.engine.live import shared as sh
from rtsynth.engine.live.callback import stream_callback
from rtsynth.engine.program.layout import GAIN
from rtsynth.host.core import EngineCore
from rtsynth.host.voice import Voice, make_voice


class Driver:
    """Calls the callback as PortAudio would, from this thread."""

    def __init__(self, core: EngineCore, voice: Voice | None = None) -> None:
        self.core = core
        self.voice = voice
        self._call = stream_callback.ctypes

    def push(self, target: int, value: float, frame: int = sh.NOW) -> bool:
        """Queue an event for the voice."""
        assert self.voice is not None
        return self.core.push(self.voice, target, value, frame)

    def catch_up(self) -> None:
        """Play what was computed already: from here on, what was changed just now is heard."""
        ahead = int(self.core.words[sh.LOOKAHEAD])
        self.run(ahead, ahead)

    def run(self, frames: int, block: int, flags: int = 0) -> np.ndarray:
        """`frames` frames of a sound that is at the centre, in blocks."""
        out = self.run_all(frames, block, flags)
        if out.shape[1] > 1:
            np.testing.assert_array_equal(out[:, 1], out[:, 0])
        return out[:, 0].copy()

    def run_all(self, frames: int, block: int, flags: int = 0) -> np.ndarray:
        """`frames` frames of every channel [frames, channels], in blocks."""
        channels = int(self.core.words[sh.CHANNELS])
        out = []
        while frames > 0:
            count = min(block, frames)
            buffer = np.full((count, channels), np.nan, np.float32)
            status = self._call(
                None,
                ctypes.c_void_p(buffer.ctypes.data),
                count,
                None,
                flags,
                ctypes.c_void_p(self.core.words.ctypes.data),
            )
            assert status == 0
            out.append(buffer)
            frames -= count
        return np.concatenate(out)


def started(
    compiled: Compiled, rate_hz: int, channels: int = 2, seed: int = 3, gain: float = 0.4
) -> Driver:
    """One slot playing; the random plugin is loud, at gain 0.4 the limiter lets it pass."""
    core = EngineCore(rate_hz, channels)
    voice = make_voice(compiled, rate_hz, seed)
    place(voice.arena, GAIN, gain)
    core.play(0, voice)
    core.set_master(True)
    return Driver(core, voice)
