"""An LFO's rate is grey while its beats decide."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.dial_cell import DialCell
from rtsynth_gui.panels.lfo_line import LfoLine


@pytest.fixture
def cells(qt: QApplication) -> dict[str, DialCell]:
    rate = Control("lfo1_rate", 0.01, 40, 5, unit="Hz", curve="exponential", address="rate")
    beats = Control("lfo1_beats", 0, 64, 0, unit="beats", address="beats")
    return {each.address: DialCell(each, each.default) for each in (rate, beats)}


def test_the_rate_is_grey_while_beats_decide(cells: dict[str, DialCell]) -> None:
    line, rate = LfoLine(list(cells.values())), cells["rate"]
    moved: list[float] = []
    rate.moved.connect(lambda _address, value: moved.append(value))
    assert rate.slider.isEnabled()
    cells["beats"].put(4.0)
    line.refresh(0.0)
    assert not rate.slider.isEnabled()
    assert not rate.entry.isEnabled()
    assert "Beats decide" in rate.slider.toolTip()
    cells["beats"].put(0.0)
    line.refresh(0.0)
    assert rate.slider.isEnabled()
    assert "Beats decide" not in rate.slider.toolTip()
    rate.slider.nudged.emit(1.0, False)
    assert moved
