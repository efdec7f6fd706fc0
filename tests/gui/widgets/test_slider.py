"""What faders and dials share: fine drags, wheel, keys, states; and that Alt keeps the wheel."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.widgets.dial import Dial
from rtsynth_gui.widgets.fader import Fader
from rtsynth_gui.widgets.slider import Slider
from tests.gui.gestures import LEFT, NO_KEYS, drag

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(params=[Fader, Dial])
def slider(qt: QApplication, request: pytest.FixtureRequest) -> Slider:
    made: Slider = request.param()
    made.resize(200, 60)
    made.show_position(0.5)
    return made


def turn(slider: Slider, delta: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    middle = QPointF(slider.rect().center())
    wheel = QWheelEvent(
        middle, slider.mapToGlobal(middle), QPoint(), delta, Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, wheel)


def dragged_by(slider: Slider, pixels: float, keys: Qt.KeyboardModifier) -> float:
    """How far a drag from the middle moves it."""
    before = slider.position
    start = slider.rect().center()
    QTest.mousePress(slider, LEFT, keys, start)
    drag(slider, start.x() + pixels, keys)
    QTest.mouseRelease(slider, LEFT, keys, start)
    moved = slider.position - before
    slider.show_position(0.5)
    return moved


@pytest.mark.parametrize("keys", [SHIFT, CTRL])
def test_shift_and_ctrl_drag_ten_times_finer(slider: Slider, keys: Qt.KeyboardModifier) -> None:
    coarse = dragged_by(slider, 40, NO_KEYS)
    assert coarse > 0.1
    assert dragged_by(slider, 40, keys) == pytest.approx(coarse / 10, rel=0.05)


def test_wheel_and_keys_ask_for_steps(slider: Slider) -> None:
    asked: list[tuple[float, bool]] = []
    slider.nudged.connect(lambda steps, fine: asked.append((steps, fine)))
    turn(slider, QPoint(0, 120))
    turn(slider, QPoint(-240, 0), SHIFT)
    QTest.keyClick(slider, Qt.Key.Key_Up)
    QTest.keyClick(slider, Qt.Key.Key_PageDown, CTRL)
    assert asked == [(1, False), (-2, True), (1, False), (-10, True)]


def test_ends_and_default(slider: Slider) -> None:
    moved: list[float] = []
    wanted: list[bool] = []
    slider.dragged.connect(moved.append)
    slider.default_wanted.connect(lambda: wanted.append(True))
    QTest.keyClick(slider, Qt.Key.Key_End)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert moved == [1.0, 0.0]
    QTest.keyClick(slider, Qt.Key.Key_Delete)
    QTest.mouseDClick(slider, LEFT)
    assert len(wanted) == 2


def test_letters_are_left_to_the_keyboard(slider: Slider) -> None:
    moved: list[float] = []
    slider.dragged.connect(moved.append)
    slider.nudged.connect(lambda *_: moved.append(0.0))
    QTest.keyClicks(slider, "asdz")
    assert moved == []


def test_what_is_shown_is_no_move(slider: Slider) -> None:
    moved: list[float] = []
    slider.dragged.connect(moved.append)
    slider.show_position(0.75)
    assert slider.value() == 7500  # for screen readers
    assert moved == []
    slider.setValue(2500)  # a screen reader's
    assert moved == [0.25]


def test_waiting_and_modulation_are_painted(slider: Slider) -> None:
    def picture() -> bytes:
        image = slider.grab().toImage()
        return bytes(image.constBits())

    plain = picture()
    slider.set_waiting(True)
    assert picture() != plain
    slider.set_waiting(True, lit=False)
    assert picture() == plain
    slider.set_modulated(0.9)
    modulated = picture()
    assert modulated != plain
    slider.set_modulated(0.2)
    assert picture() not in (plain, modulated)
    slider.set_modulated(None)
    assert picture() == plain
