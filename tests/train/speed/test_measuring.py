"""Steps are measured in turn, by CPU time; how fast they are, a quiet machine says."""

import numpy as np
import pytest

from rtsynth_train.speed import measuring
from rtsynth_train.speed.measuring import compare, peak_step


def test_medians_of_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, costs = list[str](), {"ours": [9, 1, 2, 4], "plain": [9, 4, 4, 4], "peak": [9, 1, 1, 1]}

    def step(name: str):
        return lambda: calls.append(name)

    def cpu_s(run) -> float:
        run()
        return costs[calls[-1]][calls.count(calls[-1]) - 1]

    monkeypatch.setattr(measuring, "cpu_s", cpu_s)
    speed = compare(step("ours"), step("plain"), step("peak"), 1000, samples=100, macs=5, rounds=3)
    assert calls[:3] == calls[3:6] == calls[6:9][::-1] == ["ours", "plain", "peak"]
    assert (speed.ours, speed.plain) == (50, 25)
    assert (speed.ratio, speed.lowest, speed.highest) == (2, 1, 4)
    assert speed.share == 100 * 5 / 2 / 1000


def test_the_limit_is_of_products(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "PEAK_TIMES", 3)
    step, macs = peak_step()
    step()
    assert macs == 3 * np.prod(measuring.PEAK_SHAPE)
