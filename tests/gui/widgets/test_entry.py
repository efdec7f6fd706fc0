"""Numbers are typed, or abandoned."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip

from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import PITCH, Rest
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


@pytest.mark.parametrize(
    ("typed", "value"),
    [("71.5", 71.5), ("c5", 72.0), ("500", 76.0), ("50%", 70.0), ("rubbish", None)],
)
def test_numbers_can_be_typed(
    window: Window, peer: Peer, spin: Spin, rest: Rest, typed: str, value: float | None
) -> None:
    pitch = row(window, PITCH)
    pitch.entry.setFocus()
    pitch.entry.selectAll()
    QTest.keyClicks(pitch.entry, typed)
    QTest.keyClick(pitch.entry, Qt.Key.Key_Return)
    if value is None:
        rest(0.05)
        assert peer.values(PITCH) == []
        assert pitch.entry.text() == "69.00"
        assert "“rubbish” cannot be read" in pitch.entry.remark
        assert pitch.entry.property("refused") is True
        assert "“rubbish” cannot be read" in QToolTip.text(), "it stays, though the focus has left"
        assert not pitch.entry.hasFocus()
    else:
        spin(lambda: peer.values(PITCH) == [value])
        assert pitch.value == value
        assert ("out of range" in pitch.entry.remark) is (typed == "500")


def test_escape_abandons_what_was_typed(window: Window, peer: Peer, rest: Rest) -> None:
    pitch = row(window, PITCH)
    QTest.keyClicks(pitch.entry, "70")
    QTest.keyClick(pitch.entry, Qt.Key.Key_Escape)
    QTest.keyClick(pitch.entry, Qt.Key.Key_Return)
    rest(0.05)
    assert pitch.entry.text() == "69.00"
    assert peer.values(PITCH) == []
