"""What a control emits for undo: one gesture of a drag or a wheel; and its waiting for MIDI."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.edit.history import Step
from rtsynth_gui.link.control import Control
from rtsynth_gui.panels.control_view import NUDGES_S, NUMBER_EVERY_S, ControlView
from rtsynth_gui.panels.dial_cell import DialCell
from tests.gui.gestures import drag, press, release

LEVEL = Control("level", 0, 1, 0.5, address="/slot/1/level")


@pytest.fixture
def view(qt: QApplication) -> ControlView:
    return DialCell(LEVEL, 0.5)


@pytest.fixture
def steps(view: ControlView) -> list[Step]:
    taken: list[Step] = []
    view.edited.connect(taken.append)
    return taken


def test_a_drag_is_one_gesture_and_the_next_is_another(
    view: ControlView, steps: list[Step]
) -> None:
    for _ in range(2):
        press(view.slider, 22)
        for x in (30, 40):
            drag(view.slider, x)
        release(view.slider)
    gestures = [step.gesture for step in steps]
    assert gestures[0] == gestures[1] != gestures[2] == gestures[3]
    assert 0 not in gestures
    assert steps[0].before == {LEVEL.address: 0.5}
    assert steps[1].before == steps[0].after
    assert steps[-1].after == {LEVEL.address: view.value}


def test_notches_that_follow_soon_are_one_gesture(
    view: ControlView, steps: list[Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [1.0]
    monkeypatch.setattr("rtsynth_gui.panels.control_view.time.monotonic", lambda: now_s[0])
    for wait_s in (0.0, NUDGES_S / 2, NUDGES_S / 2, NUDGES_S * 2):
        now_s[0] += wait_s
        QTest.keyClick(view.slider, Qt.Key.Key_Up)
    first, second, third, last = (step.gesture for step in steps)
    assert first == second == third != last


def test_typed_values_are_steps_of_their_own(view: ControlView, steps: list[Step]) -> None:
    for text in ("0.1", "0.2"):
        view.type_value()
        view.entry.setText("")
        QTest.keyClicks(view.entry, text)
        QTest.keyClick(view.entry, Qt.Key.Key_Return)
    view.to_default()
    assert [step.after[LEVEL.address] for step in steps] == [0.1, 0.2, 0.5]
    assert len({step.gesture for step in steps}) == 3


def test_what_is_put_or_reported_is_no_step(view: ControlView, steps: list[Step]) -> None:
    view.put(0.25)
    assert view.entry.text() == "0.250"
    view.report(0.75)
    view.refresh(1e12)
    assert view.value == 0.75
    assert steps == []


def test_it_blinks_while_it_waits_for_midi(view: ControlView) -> None:
    view.wait_for_midi(True)
    lit = set()
    for frame in range(60):
        view.refresh(frame / 30)
        lit.add(view.slider.lit)
    assert view.slider.waiting
    assert lit == {True, False}
    assert view.slider.accessibleDescription() == "waiting for a MIDI control"
    view.wait_for_midi(False)
    view.refresh(3.0)
    assert not view.slider.waiting
    assert view.slider.accessibleDescription() == LEVEL.tip


def test_every_part_opens_the_menu(view: ControlView) -> None:
    wanted: list[tuple[object, QPoint]] = []
    view.menu_wanted.connect(lambda found, point: wanted.append((found, point)))

    def right_click(widget: QWidget) -> None:
        reason = QContextMenuEvent.Reason.Mouse
        event = QContextMenuEvent(reason, QPoint(2, 3), widget.mapToGlobal(QPoint(2, 3)))
        QApplication.sendEvent(widget, event)

    for widget in view.widgets:
        right_click(widget)
    assert [found for found, _ in wanted] == [view] * 4
    assert wanted[1][1] == view.slider.mapToGlobal(QPoint(2, 3))


def test_modulation_is_where_the_engine_says(view: ControlView) -> None:
    view.modulate(0.8)
    assert view.slider.modulated == pytest.approx(0.8)
    view.modulate(None)
    assert view.slider.modulated is None


def test_a_number_changes_no_faster_than_it_is_read_and_ends_where_the_engine_is(
    view: ControlView,
) -> None:
    shown = []
    for at_s, value in ((10.0, 0.6), (10.02, 0.7), (10.04, 0.8)):
        view.report(value)
        view.refresh(at_s)
        shown.append((view.entry.text(), round(view.slider.position, 3)))
    assert [position for _, position in shown] == [0.6, 0.7, 0.8]
    assert [float(text) for text, _ in shown] == [0.6, 0.6, 0.6]
    view.refresh(10.0 + NUMBER_EVERY_S)
    assert float(view.entry.text()) == 0.8
