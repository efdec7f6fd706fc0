"""Faders, moved like a performer moves them."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.fader import HANDLE_WIDTH
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import NO_KEYS, PITCH, Rest, drag, press, release
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


def test_a_slider_sends_engineering_units(window: Window, peer: Peer, spin: Spin) -> None:
    fader = row(window, PITCH).slider
    start, length = fader._travel()
    press(fader, start + length)
    release(fader)
    spin(lambda: peer.values(PITCH))
    assert peer.values(PITCH)[-1] == pytest.approx(76.0, abs=0.1)


def test_a_press_on_the_handle_does_not_jump(window: Window, peer: Peer, rest: Rest) -> None:
    fader = row(window, PITCH).slider
    press(fader, fader.x_of(fader.position) + HANDLE_WIDTH / 3)
    release(fader)
    rest(0.05)
    assert peer.values(PITCH) == []


def test_shift_drags_ten_times_finer(window: Window) -> None:
    pitch = row(window, PITCH)
    fader = pitch.slider
    shift = Qt.KeyboardModifier.ShiftModifier
    x = fader.x_of(fader.position)
    press(fader, x, shift)
    drag(fader, round(x) + fader._travel()[1] / 4, shift)
    release(fader)
    assert pitch.value == pytest.approx(69 + 12 / 40, abs=0.02)


def test_wheel_and_keys_nudge(window: Window, peer: Peer, spin: Spin) -> None:
    pitch = row(window, PITCH)
    center = QPointF(pitch.slider.rect().center())
    wheel = QWheelEvent(
        center, pitch.slider.mapToGlobal(center), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        NO_KEYS, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(pitch.slider, wheel)
    assert pitch.value == 70.0
    QTest.keyClick(pitch.slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert pitch.value == pytest.approx(69.95)
    QTest.keyClick(pitch.slider, Qt.Key.Key_End)
    assert pitch.value == 76.0
    QTest.keyClick(pitch.slider, Qt.Key.Key_Delete)
    spin(lambda: peer.values(PITCH)[-1:] == [69.0])
