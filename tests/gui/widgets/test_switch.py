"""A switch: clicks are sent, reports are shown, without a control it is greyed out."""

import time

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.control import Control
from rtsynth_gui.link.takeover import HOLD_S
from rtsynth_gui.widgets.switch import SwitchButton

MUTE = Control("mute", 0.0, 1.0, 0.0, description="off or on", address="/slot/1/mute")


@pytest.fixture
def switch(qt: QApplication) -> SwitchButton:
    return SwitchButton("M", "mute")


def test_without_a_control(switch: SwitchButton) -> None:
    moves: list[tuple[str, float]] = []
    switch.moved.connect(lambda *move: moves.append(move))
    assert not switch.isEnabled()
    assert "does not describe" in switch.toolTip()
    switch.click()
    assert moves == []


def test_clicks_and_reports(switch: SwitchButton) -> None:
    moves: list[tuple[str, float]] = []
    switch.moved.connect(lambda *move: moves.append(move))
    switch.serve(MUTE, 1.0)
    assert switch.isChecked()
    assert "off or on" in switch.toolTip()
    switch.click()
    assert moves == [("/slot/1/mute", 0.0)]
    now_s = time.monotonic()
    switch.report(1.0)  # an echo of what was before
    switch.refresh(now_s)
    assert not switch.isChecked()
    switch.refresh(now_s + 2 * HOLD_S)
    assert switch.isChecked()
    assert len(moves) == 1
