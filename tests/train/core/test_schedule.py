"""The learning rate over a training."""

import pytest

from rtsynth_train.core.config import AdamConfig
from rtsynth_train.core.schedule import learning_rate


def test_warm_up_then_half_a_cosine() -> None:
    adam = AdamConfig(steps=110, rate=0.01, final_rate=0.001, warm_up_steps=10)
    rates = [learning_rate(step, adam) for step in (0, 9, 10, 60, 110, 500)]
    assert rates == pytest.approx([0.001, 0.01, 0.01, 0.0055, 0.001, 0.001])


def test_a_constant_rate() -> None:
    adam = AdamConfig(steps=110, rate=0.01, final_rate=None, warm_up_steps=0)
    assert {learning_rate(step, adam) for step in range(110)} == {0.01}
