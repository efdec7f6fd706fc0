"""Two parameters of a real engine under the pad."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.window import Window
from rtsynth_gui.xy.page import XYPage
from rtsynth_gui.xy.parameters import first_choice
from tests.gui.conftest import Spin, row
from tests.gui.gestures import AMPLITUDE, LEFT, NO_KEYS, PITCH, drag
from tests.gui.live import Live, live, opened
from tests.gui.plugins import small_plugin

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin(), small_plugin()) as playing:
        yield playing


@pytest.fixture
def window(
    engine: Live,
    open_window: Callable[[int], Window],
    spin: Spin,
) -> Window:
    for slot in (1, 2):
        engine.host.set(slot, "pitch", 69.0)
        engine.host.set(slot, "amplitude", 0.5)
    window = opened(engine, open_window, spin)
    window.side.turn_to("XY pad")
    assert window.xy.pad.isVisible()
    page = window.xy
    page.modes["parameters"].click()
    page.parameters.pick("x", PITCH)
    page.parameters.pick("y", AMPLITUDE)
    return window


def at(page: XYPage, x: float, y: float) -> QPoint:
    return page.pad.place((x, y)).toPoint()


def stand(engine: Live, pitch: float, amplitude: float) -> bool:
    host = engine.host
    return host.get(1, "pitch") == pytest.approx(pitch, abs=0.1) and host.get(
        1, "amplitude"
    ) == pytest.approx(amplitude, abs=0.01)


def test_a_gesture_moves_both_and_is_one_step(window: Window, engine: Live, spin: Spin) -> None:
    page = window.xy
    QTest.mousePress(page.pad, LEFT, NO_KEYS, at(page, 0.5, 0.25))
    for x, y in ((0.75, 0.5), (1.0, 0.75)):
        point = page.pad.place((x, y))
        drag(page.pad, point.x(), y=point.y())
    QTest.mouseRelease(page.pad, LEFT)
    spin(lambda: stand(engine, 76.0, 0.75))
    assert window.desk.history.undo_title == "change Pitch × Amplitude"
    spin(lambda: row(window, PITCH).value == 76.0)
    window.desk.undo()
    spin(lambda: stand(engine, 69.0, 0.5))
    spin(lambda: page.pad.point == (pytest.approx(5 / 12), pytest.approx(0.5)))
    window.desk.redo()
    spin(lambda: stand(engine, 76.0, 0.75))


def test_keys_and_the_menu(window: Window, engine: Live, spin: Spin) -> None:
    page = window.xy
    page.pad.setFocus()
    QTest.keyClick(page.pad, Qt.Key.Key_Right)
    QTest.keyClick(page.pad, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    spin(
        lambda: engine.host.get(1, "pitch") == 70.0,
    )
    spin(lambda: engine.host.get(1, "amplitude") == pytest.approx(0.501))
    page.open_menu(QPoint(0, 0))
    assert page.menu is not None
    acts = {action.objectName(): action for action in page.menu.actions()}
    assert "(Pitch)" in acts["learn-x"].text()
    assert (acts["undo"].text(), acts["undo"].isEnabled()) == ("Undo: change Amplitude", True)
    assert (acts["redo"].text(), acts["redo"].isEnabled()) == ("Redo", False)
    acts["centre"].trigger()
    spin(lambda: stand(engine, 70.0, 0.5))
    acts["reset"].trigger()
    spin(lambda: stand(engine, 69.0, 0.5))
    acts["learn-y"].trigger()
    spin(lambda: engine.host.mappings.learning == AMPLITUDE)
    spin(lambda: page.pad.look.waiting == (False, True))
    page.open_menu(QPoint(0, 0))
    next(a for a in page.menu.actions() if a.objectName() == "cancel-y").trigger()
    spin(lambda: engine.host.mappings.learning is None)
    acts = {action.objectName(): action for action in page.menu.actions()}
    acts["swap"].trigger()
    assert page.parameters.addresses == {"x": AMPLITUDE, "y": PITCH}


def test_it_follows_what_moves_elsewhere(window: Window, engine: Live, spin: Spin) -> None:
    engine.host.set(1, "pitch", 64.0)
    engine.host.set(1, "amplitude", 1.0)
    spin(lambda: window.xy.pad.point == (0.0, 1.0))
    axis = window.xy.parameters.axes["x"]
    assert axis.text == "64.00 E4"
    assert "Pitch 64.00 E4" in window.xy.pad.accessibleDescription()


def test_controls_of_any_slot_are_sent_there_by_their_menus(
    window: Window, engine: Live, spin: Spin
) -> None:
    page = window.xy
    window.side.turn_to("")
    window.desk.do(window.panels[2].rows["/slot/2/param/pitch"], "xy-y")
    assert page.isVisible()
    assert page.parameters.addresses == {"x": PITCH, "y": "/slot/2/param/pitch"}
    page.pad.choose((1.0, 0.0))
    spin(lambda: engine.host.get(1, "pitch") == 76.0 and engine.host.get(2, "pitch") == 64.0)
    window.desk.undo()
    spin(lambda: engine.host.get(1, "pitch") == 69.0 == engine.host.get(2, "pitch"))


def test_the_boxes_choose_and_the_next_window_has_the_same(
    window: Window, engine: Live, open_window: Callable[[int], Window], spin: Spin
) -> None:
    box = window.xy.parameters.boxes["y"]
    box.activated.emit(box.findData("/slot/2/gain"))
    assert window.xy.parameters.axes["y"].control.address == "/slot/2/gain"
    assert KEPT.settle()
    again = opened(engine, open_window, spin)
    assert again.xy.parameters.addresses == {"x": PITCH, "y": "/slot/2/gain"}
    spin(lambda: again.xy.parameters.axes["y"].text == "0.0 dB")


def test_what_is_offered_first(window: Window) -> None:
    assert window.description is not None
    assert first_choice(window.description) == (AMPLITUDE, PITCH)
