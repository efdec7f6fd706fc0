"""A knob's cell: the number carries its unit, and the name of a tier's beta is short."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth.common.control_info import Owner
from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.dial_cell import DialCell


@pytest.mark.parametrize(
    ("control", "name", "number"),
    [
        (Control("gain", -60, 12, 0, unit="dB"), "Gain", "-6.0 dB"),
        (Control("top_k", 0, 256, 0, unit="codes"), "Top-k", "0 codes"),
        (Control("motion.beta", -10, 10, 1, owner=Owner.TIER), "Motion β", "-6.00"),
        (Control("motion.layer2_noise", 0, 1, 0, owner=Owner.TIER), "2 noise", "0.000"),
        (Control("motion.loop", -10, 10, 1, owner=Owner.TIER), "Loop", "-6.00"),
    ],
)
def test_name_and_number(qt: QApplication, control: Control, name: str, number: str) -> None:
    cell = DialCell(control, -6.0 if control.minimum < 0 else 0.0)
    assert cell.name.text() == name
    assert cell.entry.text() == number
    assert cell.slider.accessibleName() == control.title


def test_a_number_with_its_unit_can_be_typed_over(qt: QApplication) -> None:
    cell = DialCell(Control("gain", -60, 12, 0, unit="dB"), 0.0)
    cell.entry.setText("-3 dB")
    cell.entry.setModified(True)
    cell.entry.returnPressed.emit()
    cell.entry.editingFinished.emit()
    assert cell.value == -3.0
