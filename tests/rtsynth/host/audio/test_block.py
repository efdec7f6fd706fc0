"""A backend fetches the engine's sound block by block."""

import numpy as np

from rtsynth.engine.live import shared as sh
from rtsynth.host.audio.block import Block
from rtsynth.host.core import EngineCore


def test_every_block_is_the_next_one() -> None:
    core = EngineCore(48_000, 2)
    block = Block(core.words, 2, 96)
    for count in range(1, 4):
        samples = block.fill()
        assert samples.shape == (96, 2)
        assert samples.dtype == np.float32
        assert not samples.any()  # nothing is loaded
        assert core.counter(sh.PLAYED) == count * 96
        assert core.counter(sh.BLOCK_FRAMES) == 96
