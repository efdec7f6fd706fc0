"""The mixer before anything was moved."""

import numpy as np

from rtsynth.engine.live import shared as sh
from rtsynth.host.mixer_memory import new_mixer


def test_everything_is_at_its_centre_open_and_at_0_db() -> None:
    mixer = new_mixer(np.zeros((3, sh.CHUNK_FRAMES), np.float32), 2)
    assert np.flatnonzero(mixer.settings).tolist() == [sh.MASTER_LEVEL]
    assert mixer.settings[sh.MASTER_LEVEL] == 1.0
    moved = mixer.gains[: sh.DC_BLOCK]
    assert (moved[:, [sh.GAIN_NOW, sh.GAIN_GOAL]] == 1.0).all()
    assert (moved[:, [sh.GAIN_STEP, sh.GAIN_FRAMES]] == 0.0).all()


def test_each_output_has_its_limiter() -> None:
    limiters = new_mixer(np.zeros((3, sh.CHUNK_FRAMES), np.float32), 5).limiters
    assert len(limiters.delayed) == 7
