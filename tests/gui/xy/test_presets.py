"""Four presets of a real engine under the pad."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.link.description import parse_description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.window import Window
from rtsynth_gui.xy.presets import Presets
from tests.gui.conftest import Spin, row
from tests.gui.gestures import LEFT, NO_KEYS, drag
from tests.gui.live import Live, live, opened
from tests.gui.peer import description
from tests.gui.plugins import small_plugin

pytestmark = [pytest.mark.system, pytest.mark.measure]

TEMPERATURE = "/slot/1/sampling/temperature"
CORNERS = {"a": (0.0, 64.0), "b": (1.0, 64.0), "c": (0.0, 76.0), "d": (1.0, 76.0)}


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def window(
    engine: Live,
    open_window: Callable[[int], Window],
    spin: Spin,
    own_presets: Path,
) -> Window:
    for name, (amplitude, pitch) in CORNERS.items():
        engine.host.set(1, "amplitude", amplitude)
        engine.host.set(1, "pitch", pitch)
        engine.host.presets.save(1, name)
    engine.host.set(1, "amplitude", 0.25)
    engine.host.set(1, "pitch", 69.0)
    window = opened(engine, open_window, spin)
    window.side.turn_to("XY pad")
    window.xy.modes["presets"].click()
    spin(lambda: window.xy.presets.chosen_names == tuple(CORNERS))
    return window


def stand(engine: Live, amplitude: float, pitch: float) -> bool:
    host = engine.host
    return (host.get(1, "amplitude"), host.get(1, "pitch")) == (
        pytest.approx(amplitude, abs=0.01), pytest.approx(pitch, abs=0.1),
    )  # fmt: skip


def test_a_gesture_blends_and_is_one_step(window: Window, engine: Live, spin: Spin) -> None:
    page = window.xy
    spin(lambda: page.pad.look.corners and page.pad.look.hollow)
    spin(lambda: page.pad.point == (1.0, 0.0))  # "d" was saved last
    start = page.pad.place((0.5, 0.5))
    QTest.mousePress(page.pad, LEFT, NO_KEYS, start.toPoint())
    spin(lambda: stand(engine, 0.5, 70.0))
    for x, y in ((0.6, 0.6), (0.75, 0.75)):
        point = page.pad.place((x, y))
        drag(page.pad, point.x(), y=point.y())
    spin(lambda: stand(engine, 0.75, 67.0))
    QTest.mouseRelease(page.pad, LEFT)
    assert not page.pad.look.hollow
    history = window.desk.history
    spin(lambda: history.undo_title == "blend presets" and window.xy.presets.slot == 1)
    spin(lambda: not window.xy.presets.gesture and not history.waiting)
    engine.host.set(1, "temperature", 0.5)  # MIDI, soon after: not the pad
    spin(lambda: row(window, TEMPERATURE).shown_value == 0.5)
    window.desk.undo()
    spin(lambda: stand(engine, 0.25, 69.0))
    spin(lambda: page.pad.point == (1.0, 0.0))
    assert history.undo_title == "", "all of it was one step"
    assert engine.host.get(1, "temperature") == 0.5
    window.desk.redo()
    spin(lambda: stand(engine, 0.75, 67.0))
    spin(lambda: page.pad.point == (pytest.approx(0.75, abs=0.01), pytest.approx(0.75, abs=0.01)))
    engine.host.set(1, "amplitude", 0.1)
    spin(lambda: page.pad.look.hollow)


def test_keys_reset_and_what_is_recalled(window: Window, engine: Live, spin: Spin) -> None:
    page = window.xy
    QTest.keyClick(page.pad, Qt.Key.Key_Delete)
    spin(lambda: stand(engine, 0.0, 64.0) and page.pad.point == (0.0, 1.0))
    QTest.keyClick(page.pad, Qt.Key.Key_PageDown)
    spin(lambda: stand(engine, 0.0, 65.2))
    spin(lambda: not page.presets.gesture)
    engine.host.presets.recall(1, "d")
    spin(lambda: page.pad.point == (1.0, 0.0))


def test_the_corners_are_chosen_and_kept_by_plugin(
    window: Window, engine: Live, open_window: Callable[[int], Window], spin: Spin
) -> None:
    presets = window.xy.presets
    box = presets.corners[0]
    spin(lambda: box.count() == 5)
    box.setCurrentIndex(box.findData("d"))
    box.activated.emit(box.currentIndex())
    assert presets.chosen_names == ("d", "b", "c", "d")
    window.xy.pad.choose((0.0, 1.0))
    spin(lambda: stand(engine, 1.0, 76.0))
    assert KEPT.settle()
    again = opened(engine, open_window, spin)
    assert (again.xy.mode, again.xy.presets.chosen_names) == ("presets", ("d", "b", "c", "d"))


def test_without_presets_it_says_what_to_do(window: Window, engine: Live, spin: Spin) -> None:
    for name in CORNERS:
        engine.host.presets.delete(1, name)
    presets = window.xy.presets
    presets.kept.clear()
    presets.ask()
    spin(lambda: "Save at least two presets" in window.xy.pad.look.hint)
    window.xy.pad.choose((1.0, 1.0))
    assert presets.gesture == ""


def test_the_slot_in_front_is_offered_until_another_one_was_chosen(qt: QApplication) -> None:
    parsed = parse_description(json.dumps(description(slots=2)))
    presets = Presets()
    presets.show_front(2)
    presets.rebuild(parsed.description, parsed.values)
    assert presets.slot == 2
    presets.show_front(1)
    assert (presets.slot, presets.slots.currentData()) == (1, 1)
    presets.slots.activated.emit(presets.slots.findData(2))
    presets.show_front(1)
    presets.rebuild(parsed.description, parsed.values)
    assert presets.slot == 2


def test_undo_places_the_point_and_not_the_preset_that_is_named_with_it(qt: QApplication) -> None:
    parsed = parse_description(json.dumps(description()))
    presets = Presets()
    presets.rebuild(parsed.description, parsed.values)
    presets.choose("xy.corners:clarinet-trumpet", ("a", "b", "c", "d"))
    named = Batch(answers=[OscMessage("/slot/1/preset/current", ("d",), None)])
    presets.put("xy.x", 0.75)
    presets.put("xy.y", 0.25)
    presets.take(named, 0.0)
    assert presets.point == (0.75, 0.25)
    fresh = Presets()
    fresh.rebuild(parsed.description, parsed.values)
    fresh.choose("xy.corners:clarinet-trumpet", ("a", "b", "c", "d"))
    fresh.take(named, 0.0)
    assert fresh.point == (1.0, 0.0)


def test_a_point_among_presets_stays_when_the_rack_changes(qt: QApplication) -> None:
    parsed = parse_description(json.dumps(description(slots=2)))
    presets = Presets()
    presets.rebuild(parsed.description, parsed.values)
    presets.choose("xy.corners:clarinet-trumpet", ("a", "b", "c", "d"))
    presets.slide((0.75, 0.25))
    presets.take(Batch(), 0.0)
    assert not presets.hollow
    presets.rebuild(parsed.description, parsed.values)
    named = Batch(answers=[OscMessage("/slot/1/preset/current", ("a",), None)])
    presets.take(named, 0.0)
    assert (presets.slot, presets.point, presets.hollow) == (1, (0.75, 0.25), False)
