"""A schedule that is drawn out or pressed together."""

import pytest

from rtsynth_train.core.config import AdamConfig
from rtsynth_train.core.schedule import learning_rate
from rtsynth_train.core.stretch import OWN, Stretch


def test_as_many_steps_change_nothing() -> None:
    same = Stretch(7, 7, {OWN: 5})
    assert [same.place(3), same.every(OWN, 3), same.short(6)] == [3, 3, 6]


def test_all_places_move_along() -> None:
    pressed = Stretch(22_000, 2200, {OWN: 40})
    assert pressed.place(14_000) == 1400
    assert pressed.every("evaluate", 500) == 50
    assert pressed.every(OWN, 150) == 40  # it takes its time
    assert pressed.every("checkpoint", 1) == 1
    assert (pressed.short(100), pressed.short(1000)) == (100, 220)


def test_the_learning_rate_ends_where_the_steps_do() -> None:
    config = AdamConfig(steps=1000, rate=0.01, final_rate=0.001, warm_up_steps=100)
    rates = [learning_rate(step, config, Stretch(1000, 200)) for step in range(201)]
    assert rates[19:21] == pytest.approx([0.01, 0.01])
    assert rates[200] == pytest.approx(0.001)
    assert rates[20:] == sorted(rates[20:], reverse=True)
