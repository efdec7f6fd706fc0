"""The memory of an engine's mixer, as the audio thread finds it first."""

import numpy as np
from numpy.typing import NDArray

from rtsynth.engine.kernels.limiter import MOST_LOOKAHEAD, new_limiters
from rtsynth.engine.live import shared as sh
from rtsynth.host.voice import new_queue

F32 = NDArray[np.float32]


def new_mixer(paths: F32, own_outputs: int) -> sh.Mixer:
    """A mixer with everything at its centre, open and at 0 dB; `paths` has to outlive it."""
    settings = np.zeros(sh.SETTINGS, np.float64)
    settings[sh.MASTER_LEVEL] = 1.0
    gains = np.zeros((sh.SETTINGS, 4), np.float32)
    gains[: sh.DC_BLOCK, [sh.GAIN_NOW, sh.GAIN_GOAL]] = 1.0
    limiters = new_limiters(MOST_LOOKAHEAD + 1, 1 + own_outputs, 2 + own_outputs)
    return sh.Mixer(settings, new_queue(), gains, paths.ctypes.data, np.zeros(2), limiters)
