"""The envelope: the curve and the knobs show the same, and a corner moves its knobs."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth.common.control_names import ENVELOPE_CONTROLS
from rtsynth_gui.edit.history import Step
from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.dial_cell import DialCell
from rtsynth_gui.panels.envelope_line import EnvelopeLine


@pytest.fixture
def cells(qt: QApplication) -> dict[str, DialCell]:
    made = {}
    for name in ENVELOPE_CONTROLS:
        maximum, unit = (1.0, "") if name == "sustain" else (10_000.0, "ms")
        made[name] = DialCell(Control(name, 0, maximum, 0, unit=unit, address=name), 0.0)
    return made


def test_the_curve_follows_the_knobs(cells: dict[str, DialCell]) -> None:
    line = EnvelopeLine(list(cells.values()))
    cells["attack"].put(2500.0)
    cells["sustain"].put(0.25)
    line.refresh(0.0)
    assert line.curve.positions == {
        "attack": 0.5, "decay": 0.0, "sustain": 0.25, "release": 0.0
    }  # fmt: skip


def test_the_knobs_follow_the_curve_in_one_gesture(cells: dict[str, DialCell]) -> None:
    line = EnvelopeLine(list(cells.values()))
    steps: list[Step] = []
    for cell in cells.values():
        cell.edited.connect(steps.append)
    line.curve.grabbed.emit()
    line.curve.dragged.emit("decay", 0.5)
    line.curve.dragged.emit("sustain", 0.75)
    line.curve.let_go.emit()
    assert (cells["decay"].value, cells["sustain"].value) == (2500.0, 0.75)
    assert cells["decay"].entry.text() == "2500 ms"
    assert len({step.gesture for step in steps}) == 1
    line.curve.default_wanted.emit("decay")
    assert cells["decay"].value == 0.0
    assert steps[-1].gesture != steps[0].gesture
