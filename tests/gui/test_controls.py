"""Faders, entries and the keyboard of the window, moved like a performer moves them."""

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.link.link import SEND_INTERVAL_S
from rtsynth_gui.widgets.fader import HANDLE_WIDTH, Fader
from rtsynth_gui.widgets.keyboard import Keyboard
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.peer import Peer

pytestmark = pytest.mark.system

Rest = Callable[[float], None]

PITCH = "/slot/1/param/pitch"
AMPLITUDE = "/slot/1/param/amplitude"
TOP_K = "/slot/1/sampling/top_k"
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def drag(fader: Fader, x: float, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Move the mouse with the button down (QTest.mouseMove cannot hold one)."""
    point = QPointF(x, fader.height() / 2)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        point,
        fader.mapToGlobal(point),
        Qt.MouseButton.NoButton,
        LEFT,
        modifier,
    )
    QApplication.sendEvent(fader, event)


def press(fader: Fader, x: float, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
    QTest.mousePress(fader, LEFT, modifier, QPoint(round(x), fader.height() // 2))


def release(fader: Fader) -> None:
    QTest.mouseRelease(fader, LEFT, NO_KEYS, QPoint(0, 0))


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
    assert pitch.fader.position == pytest.approx(5 / 12)
    assert window.header.plugin.text() == "clarinet-trumpet"


def test_every_control_can_be_reached_and_is_named(window: Window) -> None:
    panel = window.current
    assert panel is not None
    order: list[QWidget] = []
    widget: QWidget | None = panel.rows["/slot/1/param/instrument"].fader
    while len(order) < 14:
        assert widget is not None
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            order.append(widget)
        widget = widget.nextInFocusChain()
    expected = [each for r in panel.rows.values() for each in (r.fader, r.entry)]
    assert order == expected
    assert all(each.accessibleName() for each in expected)


def test_a_slider_sends_engineering_units(window: Window, peer: Peer, spin: Spin) -> None:
    fader = row(window, PITCH).fader
    start, length = fader._travel()
    press(fader, start + length)
    release(fader)
    spin(lambda: peer.values(PITCH))
    assert peer.values(PITCH)[-1] == pytest.approx(76.0, abs=0.1)


def test_a_press_on_the_handle_does_not_jump(window: Window, peer: Peer, rest: Rest) -> None:
    fader = row(window, PITCH).fader
    press(fader, fader.x_of(fader.position) + HANDLE_WIDTH / 3)
    release(fader)
    rest(0.05)
    assert peer.values(PITCH) == []


def test_shift_drags_ten_times_finer(window: Window) -> None:
    pitch = row(window, PITCH)
    fader = pitch.fader
    shift = Qt.KeyboardModifier.ShiftModifier
    x = fader.x_of(fader.position)
    press(fader, x, shift)
    drag(fader, round(x) + fader._travel()[1] / 4, shift)
    release(fader)
    assert pitch.value == pytest.approx(69 + 12 / 40, abs=0.02)


@pytest.mark.parametrize("where", ["fader", "name"])
def test_a_double_click_restores_the_default(
    window: Window, peer: Peer, spin: Spin, where: str
) -> None:
    amplitude = row(window, AMPLITUDE)
    peer.tell(AMPLITUDE, 0.2)
    spin(lambda: amplitude.value == pytest.approx(0.2))
    QTest.mouseDClick(getattr(amplitude, where), LEFT)
    spin(lambda: peer.values(AMPLITUDE))
    assert peer.values(AMPLITUDE)[-1] == pytest.approx(0.7)


def test_wheel_and_keys_nudge(window: Window, peer: Peer, spin: Spin) -> None:
    pitch = row(window, PITCH)
    center = QPointF(pitch.fader.rect().center())
    wheel = QWheelEvent(
        center, pitch.fader.mapToGlobal(center), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        NO_KEYS, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(pitch.fader, wheel)
    assert pitch.value == 70.0
    QTest.keyClick(pitch.fader, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert pitch.value == pytest.approx(69.95)
    QTest.keyClick(pitch.fader, Qt.Key.Key_End)
    assert pitch.value == 76.0
    QTest.keyClick(pitch.fader, Qt.Key.Key_Delete)
    spin(lambda: peer.values(PITCH)[-1:] == [69.0])


@pytest.mark.parametrize(
    ("typed", "value"), [("71.5", 71.5), ("c5", 72.0), ("500", 76.0), ("rubbish", None)]
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
    else:
        spin(lambda: peer.values(PITCH) == [value])
        assert pitch.value == value


def test_escape_abandons_what_was_typed(window: Window, peer: Peer, rest: Rest) -> None:
    pitch = row(window, PITCH)
    QTest.keyClicks(pitch.entry, "70")
    QTest.keyClick(pitch.entry, Qt.Key.Key_Escape)
    QTest.keyClick(pitch.entry, Qt.Key.Key_Return)
    rest(0.05)
    assert pitch.entry.text() == "69.00"
    assert peer.values(PITCH) == []


def test_whole_numbers_stay_whole(window: Window, peer: Peer, spin: Spin) -> None:
    fader = row(window, TOP_K).fader
    press(fader, fader.width() * 0.3)
    release(fader)
    spin(lambda: peer.values(TOP_K))
    assert peer.values(TOP_K)[-1].is_integer()


def test_what_other_surfaces_move_moves_the_slider_and_is_not_sent_back(
    window: Window, peer: Peer, spin: Spin, rest: Rest
) -> None:
    pitch = row(window, PITCH)
    peer.tell(PITCH, 71.5)
    spin(lambda: pitch.value == 71.5)
    assert pitch.entry.text() == "71.50"
    assert pitch.fader.position == pytest.approx(7.5 / 12)
    rest(0.1)
    assert peer.values(PITCH) == []


def test_while_dragging_echoes_do_not_move_the_slider(
    window: Window, peer: Peer, spin: Spin, rest: Rest
) -> None:
    amplitude = row(window, AMPLITUDE)
    fader = amplitude.fader
    press(fader, fader.x_of(fader.position))
    drag(fader, fader.x_of(0.5))
    held = amplitude.value
    assert held == pytest.approx(0.5, abs=0.02)
    peer.tell(AMPLITUDE, 0.05)
    rest(0.4)
    assert amplitude.value == held
    release(fader)
    spin(lambda: amplitude.value == pytest.approx(0.05))


def test_moves_are_coalesced_and_the_last_one_arrives(
    window: Window, peer: Peer, spin: Spin, qt: QApplication
) -> None:
    amplitude = row(window, AMPLITUDE)
    fader = amplitude.fader
    press(fader, fader.x_of(fader.position))
    begin_s = time.monotonic()
    for step in range(2000):
        drag(fader, fader.x_of(step % 100 / 100))
        qt.processEvents()
    drag(fader, fader.x_of(0.33))
    spent_s = time.monotonic() - begin_s
    release(fader)
    last = amplitude.value
    spin(lambda: peer.values(AMPLITUDE)[-1:] == [pytest.approx(last, abs=1e-6)])
    assert len(peer.values(AMPLITUDE)) <= spent_s / SEND_INTERVAL_S + 3


def keyboard_of(window: Window) -> Keyboard:
    panel = window.current
    assert panel is not None
    assert panel.keyboard is not None
    return panel.keyboard


def test_the_keyboard_plays(window: Window, peer: Peer, spin: Spin) -> None:
    keyboard = keyboard_of(window)
    assert (keyboard.first, keyboard.last) == (60, 83)
    keyboard.set_hold(False)
    point = keyboard.key_rect(69).center().toPoint()
    assert keyboard.note_at(keyboard.key_rect(70).center()) == 70
    QTest.mousePress(keyboard, LEFT, NO_KEYS, QPoint(point.x(), keyboard.height() - 2))
    QTest.mouseRelease(keyboard, LEFT, NO_KEYS, point)
    spin(lambda: peer.values("/slot/1/note/off") == [69.0])
    assert peer.values("/slot/1/note/on") == [69.0]


def test_held_notes_sound_until_the_next(window: Window, peer: Peer, spin: Spin) -> None:
    keyboard = keyboard_of(window)
    keyboard.set_hold(True)
    keyboard.setFocus()
    for key in (Qt.Key.Key_A, Qt.Key.Key_D):
        QTest.keyClick(keyboard, key)
    spin(lambda: len(peer.values("/slot/1/note/on")) == 2)
    first, second = peer.values("/slot/1/note/on")
    spin(lambda: peer.values("/slot/1/note/off") == [first])
    keyboard.set_hold(False)
    spin(lambda: peer.values("/slot/1/note/off") == [first, second])
