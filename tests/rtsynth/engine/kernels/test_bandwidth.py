"""The stream that measures bandwidth reads every weight, as often as it is asked to."""

import numpy as np

from rtsynth.engine.kernels.bandwidth import stream


def test_every_weight_is_in_the_sum() -> None:
    weights = np.arange(256, dtype=np.float32)
    assert stream(weights, 1) == weights.sum()
    assert stream(weights, 3) == 3 * weights.sum()
    for at in (0, 63, 64, 255):
        one = np.zeros(256, np.float32)
        one[at] = 1
        assert stream(one, 2) == 2
