"""A fader for each modulator: depths go both ways from the middle."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from rtsynth.common.control_names import SOURCE_NAMES
from rtsynth_gui.edit.depths import Depths, depths_menu, source_title
from tests.gui.gestures import LEFT


def test_faders_move_depths(qt: QApplication) -> None:
    moved: list[tuple[str, float, int]] = []
    gestures = iter(range(1, 100))
    depths = Depths({"lfo2": 0.5}, lambda *move: moved.append(move), lambda: next(gestures))
    assert list(depths.faders) == list(SOURCE_NAMES)
    fader = depths.faders["lfo2"]
    assert fader.position == pytest.approx(0.75)
    QTest.keyClick(fader, Qt.Key.Key_Home)
    QTest.keyClick(depths.faders["macro1"], Qt.Key.Key_Right)
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(depths.faders["macro1"], Qt.Key.Key_Right, shift)
    QTest.mouseDClick(fader, LEFT)
    last = {source: depth for source, depth, _ in moved}
    assert moved[0][:2] == ("lfo2", -1.0)
    assert ("macro1", 0.02) in [move[:2] for move in moved]
    assert last == {"lfo2": 0.0, "macro1": pytest.approx(0.022)}
    assert depths.depths["lfo1"] == 0.0


def test_it_is_a_menu(qt: QApplication) -> None:
    parent = QMenu()
    depths = Depths({}, lambda *move: None, lambda: 1)
    menu = depths_menu("Modulate", depths, parent)
    assert menu.isAncestorOf(depths)
    assert [source_title(each) for each in ("lfo1", "follow", "macro4")] == [
        "LFO 1", "Follower", "Macro 4"
    ]  # fmt: skip


def test_the_keyboard_reaches_the_faders_and_goes_from_one_to_the_next(qt: QApplication) -> None:
    moved: list[tuple[str, float, int]] = []
    parent = QMenu()
    depths = Depths({}, lambda *move: moved.append(move), lambda: 1)
    menu = depths_menu("Modulate", depths, parent)
    first, second, *_, last = depths.faders.values()
    menu.popup(QPoint(0, 0))
    QTest.keyClick(menu, Qt.Key.Key_Down)
    assert menu.focusWidget() is first
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert moved[-1][:2] == (SOURCE_NAMES[0], 0.02)
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert menu.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_Return)
    assert menu.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_Up)
    QTest.keyClick(first, Qt.Key.Key_Up)
    assert menu.focusWidget() is last
    QTest.keyClick(last, Qt.Key.Key_Left)
    assert moved[-1][:2] == (SOURCE_NAMES[-1], -0.02)
    QTest.keyClick(last, Qt.Key.Key_Tab)
    assert menu.focusWidget() is first
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert not menu.isVisible()
