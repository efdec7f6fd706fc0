"""A slot's panel is built from its description, and every control can be reached."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from rtsynth_gui.window import Window
from tests.gui.gestures import AMPLITUDE, PITCH, TOP_K

pytestmark = pytest.mark.system


def test_sliders_are_built_from_the_description(window: Window) -> None:
    panel = window.current
    assert panel is not None
    assert list(panel.rows) == [
        "/slot/1/param/instrument", AMPLITUDE, PITCH, "/slot/1/gain",
        "/slot/1/sampling/temperature", TOP_K, "/slot/1/sampling/top_p",
    ]  # fmt: skip
    pitch = panel.rows[PITCH]
    assert pitch.name.text() == "Pitch"
    assert pitch.entry.text() == "69.00"
    assert pitch.unit.text() == "A4"
    assert pitch.slider.position == pytest.approx(5 / 12)
    assert window.header.plugin.text() == "clarinet-trumpet"


def test_every_control_can_be_reached_and_is_named(window: Window) -> None:
    panel = window.current
    assert panel is not None
    order: list[QWidget] = []
    widget: QWidget | None = panel.rows["/slot/1/param/instrument"].slider
    while len(order) < 14:
        assert widget is not None
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(widget)
        widget = widget.nextInFocusChain()
    expected = [each for r in panel.rows.values() for each in (r.slider, r.entry)]
    assert order == expected
    assert all(each.accessibleName() for each in expected)
