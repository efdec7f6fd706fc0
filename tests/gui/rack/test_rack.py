"""The rack and a real engine: what is done to a strip is done in the engine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth.plugin import save
from rtsynth_gui.link.description import parse_description
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.rack.rack import MOST_SLOTS, Rack, free_slot
from rtsynth_gui.rack.slot_strip import SlotStrip
from rtsynth_gui.widgets.switch import SwitchButton
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import Live, live, opened
from tests.gui.peer import mixed
from tests.gui.plugins import small_plugin

pytestmark = [pytest.mark.system, pytest.mark.measure]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def engine() -> Iterator[Live]:
    with live(small_plugin()) as playing:
        yield playing


@pytest.fixture
def window(engine: Live, open_window: Callable[[int], Window], spin: Spin) -> Iterator[Window]:
    yield opened(engine, open_window, spin)
    for slot in engine.host.slots[1:]:
        engine.host.unload(slot.number)
    engine.host.lineup.rename(1, "")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    plugin = small_plugin()
    save(tmp_path / "small.safetensors", plugin.manifest, plugin.tensors)
    return tmp_path / "small.safetensors"


def drop(rack: Rack, path: Path, point: QPoint) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(point), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
    )
    rack.dropEvent(event)  # QApplication sends it only in the course of a drag


def test_free_slots() -> None:
    assert free_slot([]) == 1
    assert free_slot([1, 2, 4]) == 3
    assert free_slot(range(1, MOST_SLOTS + 1)) is None


def test_a_file_dropped_beside_the_strips_is_added(
    window: Window, engine: Live, spin: Spin, file: Path
) -> None:
    rack = window.rack
    drop(rack, file, QPoint(20, rack.height() // 2))
    spin(lambda: len(engine.host.slots) == 2 and 2 in rack.strips)
    assert engine.host.slots[1].plugin.path == file
    # It is in front, and a click brings the other one back.
    spin(lambda: rack.front == 2)
    QTest.mouseClick(rack.strips[1], LEFT, pos=QPoint(4, 4))
    assert window.current is window.panels[1]
    QTest.keyClick(rack.strips[1], Qt.Key.Key_Down)
    assert window.current is window.panels[2]


def test_a_file_dropped_on_a_strip_replaces_what_it_has(
    window: Window, engine: Live, spin: Spin, file: Path
) -> None:
    before = engine.host.slots[0].plugin
    strip = window.rack.strips[1]
    drop(window.rack, file, strip.mapTo(window.rack, QPoint(20, 10)))
    spin(lambda: engine.host.slots[0].plugin is not before)
    assert [slot.plugin.path for slot in engine.host.slots] == [file]


def test_the_menu_removes_a_slot(window: Window, engine: Live, spin: Spin) -> None:
    engine.host.load_into(3, small_plugin())
    spin(lambda: 3 in window.rack.strips)
    remove = window.rack.strips[3].menu.actions()[-1]
    assert remove.text().startswith("Remove")
    remove.trigger()
    spin(lambda: len(engine.host.slots) == 1 and list(window.rack.strips) == [1])


def test_the_gain_of_a_strip(window: Window, engine: Live, spin: Spin) -> None:
    gain = window.rack.strips[1].rows[0]
    QTest.keyClick(gain.slider, Qt.Key.Key_Home)
    spin(lambda: engine.host.get(1, "gain") == -60.0)
    engine.host.set(1, "gain", -6.0)
    spin(lambda: gain.value == -6.0)


def test_the_mixer_of_a_strip_and_of_the_master(window: Window, engine: Live, spin: Spin) -> None:
    mixer, strip, master = engine.host.mixer, window.rack.strips[1], window.rack.master
    assert master is not None
    mute, solo = strip.switches
    for switch, name in ((mute, "mute"), (solo, "solo")):
        switch.click()
        spin(lambda name=name: mixer.get(1, name) == 1.0)
        mixer.set(1, name, 0.0)
        spin(lambda switch=switch: not switch.isChecked())
    pan = strip.rows[1]
    QTest.keyClick(pan.slider, Qt.Key.Key_End)
    spin(lambda: mixer.get(1, "pan") == 1.0)
    QTest.keyClick(pan.slider, Qt.Key.Key_Delete)
    spin(lambda: mixer.get(1, "pan") == 0.0)
    QTest.keyClick(master.rows[0].slider, Qt.Key.Key_Home)
    spin(lambda: mixer.get(0, "gain") == -60.0)
    master.rows[0].to_default()
    master.switches[0].click()
    spin(lambda: (mixer.get(0, "gain"), mixer.get(0, "dc_block")) == (0.0, 1.0))


def test_a_muted_slot_is_not_output(window: Window, engine: Live, spin: Spin) -> None:
    engine.host.reset(1)
    spin(lambda: engine.host.read_telemetry().master[0].peak_db > -50)
    window.rack.strips[1].switches[0].click()
    spin(lambda: engine.host.read_telemetry().master[0].peak_db < -80)
    spin(lambda: window.deck.level.ballistics.level_db <= -60)
    window.rack.strips[1].switches[0].click()
    spin(lambda: window.deck.level.ballistics.level_db > -50)


def test_levels_are_shown_and_notes_light_the_number(
    window: Window, engine: Live, spin: Spin
) -> None:
    engine.host.reset(1)
    strip = window.rack.strips[1]
    spin(lambda: strip.meter.ballistics.level_db > -50)
    assert window.rack.master is not None
    master = window.rack.master
    spin(lambda: master.meter.ballistics.level_db > -50)
    engine.host.note_on(1, 70.0, 0.8)
    spin(lambda: strip.number.objectName() == "lit")
    engine.host.note_off(1, 70.0)
    spin(lambda: strip.number.objectName() == "dim")


def middle(strip: SlotStrip) -> QPoint:
    """Beside its controls."""
    return QPoint(3, strip.height() // 2)


@pytest.fixture
def three(window: Window, engine: Live, spin: Spin) -> Window:
    for number in (2, 3):
        engine.host.load_into(number, small_plugin())
    spin(lambda: list(window.rack.strips) == [1, 2, 3])
    spin(lambda: window.rack.strips[3].height() > 40)
    return window


def test_a_held_note_ends_after_the_rack_was_built_anew(
    window: Window, engine: Live, spin: Spin
) -> None:
    keyboard = window.deck.keyboard
    assert keyboard is not None
    keyboard.press_key("a", 1)
    keyboard.release_key(1)
    spin(lambda: engine.host.slot(1).held)
    engine.host.load_into(2, small_plugin())
    spin(lambda: list(window.panels) == [1, 2])
    assert engine.host.slot(1).held
    assert window.deck.keyboard is not keyboard
    window.deck.end_held()
    spin(lambda: not engine.host.slot(1).held)
    engine.host.unload(2)


def test_a_drag_ends_where_the_rack_is_built_anew(three: Window) -> None:
    rack, description = three.rack, three.description
    assert description is not None
    strip = rack.strips[3]
    way = strip.mapFromGlobal(rack.strips[1].mapToGlobal(QPoint(3, 2)))
    QTest.mousePress(strip, LEFT, pos=middle(strip))
    QTest.mouseMove(strip, way)
    assert not rack._mark.isHidden()
    asked: list[object] = []
    rack.arranged.connect(asked.append)
    rack.rebuild(description, {})
    assert rack._mark.isHidden()
    QTest.mouseMove(strip, way + QPoint(0, 5))  # it is still there for a moment
    assert rack._mark.isHidden()
    QTest.mouseRelease(strip, LEFT, pos=way)
    assert asked == []
    moves = [strip.menu.actions()[1:3] for strip in rack.strips.values()]
    assert [[action.isEnabled() for action in both] for both in moves] == [
        [False, True], [True, True], [True, False],
    ]  # fmt: skip


def test_a_strip_is_dragged_to_its_place(three: Window, engine: Live, spin: Spin) -> None:
    rack = three.rack
    strip, first = rack.strips[3], rack.strips[1]
    way = strip.mapFromGlobal(first.mapToGlobal(QPoint(3, 2)))
    QTest.mousePress(strip, LEFT, pos=middle(strip))
    QTest.mouseMove(strip, way)
    assert not rack._mark.isHidden()
    QTest.mouseRelease(strip, LEFT, pos=way)
    assert rack._mark.isHidden()
    spin(lambda: engine.host.lineup.order == [3, 1, 2])
    spin(lambda: list(rack.strips) == [3, 1, 2])
    spin(lambda: rack.strips[3].y() < rack.strips[1].y() < rack.strips[2].y())
    # Beside the rack it stays where it is; and an order that is the same is not asked for.
    moved = rack.strips[2]
    for point in (QPoint(-300, 5), middle(moved) + QPoint(0, 30)):
        QTest.mousePress(moved, LEFT, pos=middle(moved))
        QTest.mouseMove(moved, point)
        QTest.mouseRelease(moved, LEFT, pos=point)
    assert three.desk.history.undo_title == "arrange the rack"
    three.desk.undo()
    spin(lambda: engine.host.lineup.order == [1, 2, 3])
    three.desk.redo()
    spin(lambda: list(rack.strips) == [3, 1, 2])


def test_a_strip_is_moved_by_keys_and_keeps_the_focus(
    three: Window, engine: Live, spin: Spin
) -> None:
    moving = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    rack = three.rack
    three.activateWindow()
    rack.strips[1].setFocus()
    spin(lambda: rack.strips[1].hasFocus())
    QTest.keyClick(rack.strips[1], Qt.Key.Key_Down, moving)
    spin(lambda: list(rack.strips) == [2, 1, 3])
    spin(lambda: rack.strips[1].hasFocus())
    QTest.keyClick(rack.strips[1], Qt.Key.Key_Down, moving)
    spin(lambda: engine.host.lineup.order == [2, 3, 1])
    spin(lambda: list(rack.strips) == [2, 3, 1])
    # Up and down go by what is shown.
    QTest.keyClick(rack.strips[1], Qt.Key.Key_Up)
    assert three.current is three.panels[3]


def test_a_name_is_typed_and_shown_everywhere(three: Window, engine: Live, spin: Spin) -> None:
    strip = three.rack.strips[2]
    panel = three.panels[2]
    QTest.mouseClick(strip, LEFT, pos=middle(strip))
    QTest.keyClick(strip, Qt.Key.Key_F2)
    QTest.keyClicks(strip.name.edit, "Bass drum")
    QTest.keyClick(strip.name.edit, Qt.Key.Key_Return)
    spin(lambda: engine.host.lineup.name(2) == "Bass drum")
    spin(lambda: strip.name.text == "Bass drum")
    assert three.rack.strips[2] is strip  # nothing was built again
    assert three.panels[2] is panel
    assert three.header.plugin.text() == "Bass drum"
    blended = three.xy.presets.slots
    assert [blended.itemText(row) for row in range(3)] == ["1  small", "2  Bass drum", "3  small"]
    assert three.windowTitle().startswith("Bass drum")
    three.desk.undo()
    spin(lambda: strip.name.text == "small")
    assert engine.host.lineup.given(2) == ""
    three.desk.redo()
    spin(lambda: engine.host.lineup.name(2) == "Bass drum")
    engine.host.lineup.rename(2, "Pad")  # by somebody else
    spin(lambda: strip.name.text == "Pad")
    strip.name.begin()
    QTest.keyClick(strip.name.edit, Qt.Key.Key_Delete)
    QTest.keyClick(strip.name.edit, Qt.Key.Key_Return)
    spin(lambda: engine.host.lineup.name(2) == "small")
    three.desk.undo()
    spin(lambda: engine.host.lineup.name(2) == "Pad")


def test_what_the_rack_does_is_undone(window: Window, engine: Live, spin: Spin, file: Path) -> None:
    host = engine.host
    window.loading.load(str(file), 0)
    spin(lambda: window.desk.history.undo_title == f"load {file.name}")
    host.set(2, "amplitude", 0.25)
    host.lineup.rename(2, "Bass")
    spin(lambda: 2 in window.rack.strips and window.rack.strips[2].name.text == "Bass")
    window.rack.strips[2].menu.actions()[-1].trigger()
    spin(lambda: len(host.slots) == 1)
    spin(lambda: window.desk.history.undo_title == "remove Bass")
    window.desk.undo()
    spin(lambda: len(host.slots) == 2)
    spin(lambda: round(host.get(2, "amplitude"), 3) == 0.25)
    assert host.lineup.name(2) == "Bass"
    window.desk.undo()
    spin(lambda: len(host.slots) == 1)
    window.desk.redo()
    spin(lambda: len(host.slots) == 2)
    assert host.slot(2).plugin.path == file


@pytest.mark.parametrize(("slot", "name"), [(1, "mute"), (1, "solo"), (0, "dc_block")])
def test_switches_of_the_mixer_are_undone(
    window: Window, engine: Live, spin: Spin, slot: int, name: str
) -> None:
    mixer, rack = engine.host.mixer, window.rack

    def switch() -> SwitchButton:
        strip = rack.strips[slot] if slot else rack.master
        assert strip is not None
        return next(each for each in strip.switches if each.objectName() == f"switch-{name}")

    mixer.set(slot, name, 0.0)
    spin(lambda: not switch().isChecked())
    switch().click()
    spin(lambda: mixer.get(slot, name) == 1.0)
    window.desk.undo()
    spin(lambda: mixer.get(slot, name) == 0.0)
    spin(lambda: not switch().isChecked())


def test_levels_that_come_out_of_turn_are_kept(qt: QApplication) -> None:
    rack = Rack()
    parsed = parse_description(json.dumps(mixed(2)))
    rack.rebuild(parsed.description, parsed.values)
    strip, master = rack.strips[2], rack.master
    assert master is not None
    report = Batch(meters={2: (-6.0, -12.0)}, master=(-9.0, -12.0, -3.0, -6.0))
    rack.take(report, 1.0, draw=False)
    assert strip.meter.ballistics.level_db <= -60.0
    rack.take(Batch(), 1.02)
    levels_db = (strip.meter.ballistics.level_db, master.meter.ballistics.level_db)
    assert levels_db == (-6.0, -3.0)
    rack.take(Batch(), 2.0)
    assert strip.meter.ballistics.level_db < -6.0  # it is shown once


def test_only_the_strip_of_a_control_shows_it(qt: QApplication) -> None:
    rack = Rack()
    parsed = parse_description(json.dumps(mixed(2)))
    rack.rebuild(parsed.description, parsed.values)
    rack.take(Batch(values={"/slot/2/gain": -20.0, "/master/gain": -3.0}), 1.0)
    assert [rack.strips[number].current(f"/slot/{number}/gain") for number in (1, 2)] == [0, -20]
    assert rack.master is not None
    assert rack.master.current("/master/gain") == -3.0
