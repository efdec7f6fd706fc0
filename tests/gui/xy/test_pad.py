"""The pad under mouse, wheel and keys; what it draws."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.xy.pad import Look, XYPad
from tests.gui.gestures import LEFT, NO_KEYS, drag

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def pad(qt: QApplication) -> XYPad:
    made = XYPad()
    made.resize(226, 226)  # 200 pixels of travel
    return made


def heard(pad: XYPad) -> list[object]:
    said: list[object] = []
    pad.grabbed.connect(lambda: said.append("grabbed"))
    pad.let_go.connect(lambda: said.append("let go"))
    pad.dragged.connect(lambda x, y: said.append((round(x, 3), round(y, 3))))
    pad.nudged.connect(lambda x, y, fine: said.append((x, y, fine)))
    pad.centre_wanted.connect(lambda: said.append("centre"))
    pad.default_wanted.connect(lambda: said.append("default"))
    return said


def press(pad: XYPad, x: int, y: int, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    QTest.mousePress(pad, LEFT, keys, QPoint(x, y))


def test_a_press_takes_the_point_there_and_a_drag_goes_on(pad: XYPad) -> None:
    said = heard(pad)
    press(pad, 63, 63)
    assert pad.held
    drag(pad, 113, y=113)
    drag(pad, 500, y=-100)
    drag(pad, 500 - 287, y=-100)
    QTest.mouseRelease(pad, LEFT)
    assert said == ["grabbed", (0.25, 0.75), (0.5, 0.5), (1.0, 1.0), (1.0, 1.0), "let go"]
    assert not pad.held


def test_shift_is_ten_times_finer_and_does_not_jump(pad: XYPad) -> None:
    said = heard(pad)
    press(pad, 20, 20, SHIFT)
    drag(pad, 40, SHIFT, y=20)
    assert said == ["grabbed", (0.51, 0.5)]
    drag(pad, 60, y=20)
    assert said[-1] == (0.61, 0.5)


def test_other_buttons_hold_nothing(pad: XYPad) -> None:
    said = heard(pad)
    QTest.mousePress(pad, Qt.MouseButton.RightButton)
    assert (said, pad.held) == ([], False)


def test_two_quick_taps_are_two_presses(pad: XYPad) -> None:
    said = heard(pad)
    QTest.mouseDClick(pad, LEFT, NO_KEYS, QPoint(63, 63))
    assert said.count((0.25, 0.75)) == said.count("grabbed") > 0
    assert "default" not in said


@pytest.mark.parametrize(
    ("key", "keys", "meant"),
    [
        (Qt.Key.Key_Left, NO_KEYS, (-1.0, 0.0, False)),
        (Qt.Key.Key_Right, SHIFT, (1.0, 0.0, True)),
        (Qt.Key.Key_Up, NO_KEYS, (0.0, 1.0, False)),
        (Qt.Key.Key_PageDown, NO_KEYS, (0.0, -10.0, False)),
        (Qt.Key.Key_Home, NO_KEYS, "centre"),
        (Qt.Key.Key_Delete, NO_KEYS, "default"),
    ],
)
def test_keys(pad: XYPad, key: Qt.Key, keys: Qt.KeyboardModifier, meant: object) -> None:
    said = heard(pad)
    QTest.keyClick(pad, key, keys)
    assert said == [meant]


def test_the_wheel_moves_along_both(pad: XYPad) -> None:
    said = heard(pad)
    middle = QPointF(113, 113)
    for across, up in ((0, 120), (-240, 0)):
        event = QWheelEvent(
            middle, pad.mapToGlobal(middle), QPoint(), QPoint(across, up),
            Qt.MouseButton.NoButton, NO_KEYS, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(pad, event)
    assert said == [(0.0, 1.0, False), (2.0, 0.0, False)]


def test_what_the_engine_moves_makes_no_signal_and_leaves_a_trail(pad: XYPad) -> None:
    said = heard(pad)
    pad.refresh(10.0)
    pad.show_point((0.2, 1.7))
    assert pad.point == (0.2, 1.0)
    pad.refresh(10.5)
    assert len(pad.trail) == 1
    pad.refresh(11.0)
    assert not pad.trail
    assert said == []


def test_each_look_is_another_picture(pad: XYPad) -> None:
    looks = (
        Look(titles=("Pitch", "Amplitude")),
        Look(titles=("Instrument", "Amplitude"), ticks=((0.0, 1.0), ()), names=(("A", "B"), ())),
        Look(ticks=((), (0.0, 1.0)), names=((), ("A", "B"))),
        Look(corners=("a", "b", "", "d")),
        Look(corners=("a", "b", "", "d"), hollow=True),
        Look(waiting=(True, False)),
        Look(modulated=(0.9, None)),
        Look(hint="Choose what X and Y move"),
    )
    pictures = []
    for look in looks:
        pad.show_look(look)
        pictures.append(pad.grab().toImage())
    assert not [i for i, p in enumerate(pictures) if p in pictures[:i]]
