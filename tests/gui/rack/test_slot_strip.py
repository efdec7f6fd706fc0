"""A slot's strip: what it has of the engine's description, and what it asks for."""

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.description import parse_description
from rtsynth_gui.rack.slot_strip import ACTS, SlotStrip
from tests.gui.peer import description, mixed


@pytest.fixture
def strip(qt: QApplication) -> SlotStrip:
    parsed, values, _ = parse_description(json.dumps(description()))
    return SlotStrip(parsed.slots[0], values)


def test_an_engine_without_a_mixer(strip: SlotStrip) -> None:
    assert [row.control.name for row in strip.rows] == ["gain"]
    assert not any(switch.isEnabled() for switch in strip.switches)
    assert "does not describe" in strip.switches[0].toolTip()


def test_what_is_wanted(strip: SlotStrip) -> None:
    wanted: list[tuple[str, int]] = []
    strip.wanted.connect(lambda *what: wanted.append(what))
    for action in strip.menu.actions():
        action.trigger()
    assert wanted == [(act, 1) for act in ACTS]
    wanted.clear()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_F2):
        QTest.keyClick(strip, key)
    moving = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(strip, Qt.Key.Key_Up, moving)
    QTest.keyClick(strip, Qt.Key.Key_Down, moving)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton)
    QTest.mouseClick(strip, Qt.MouseButton.RightButton)
    by_key = ["above", "front", "remove", "rename", "up", "down"]
    assert wanted == [*((what, 1) for what in by_key), ("front", 1)]


def test_it_is_moved_only_where_there_is_room(strip: SlotStrip) -> None:
    wanted: list[str] = []
    strip.wanted.connect(lambda what, slot: wanted.append(what))
    for first, last, left in (
        (True, False, set(ACTS) - {"up"}),
        (False, True, set(ACTS) - {"down"}),
        (True, True, set(ACTS) - {"up", "down"}),
        (False, False, set(ACTS)),
    ):
        strip.show_place(first=first, last=last)
        wanted.clear()
        for action in strip.menu.actions():
            action.trigger()
        assert set(wanted) == left


def test_reports_reach_their_row(strip: SlotStrip) -> None:
    strip.report("/slot/1/gain", -6.0)
    strip.report("/slot/2/gain", -9.0)
    strip.refresh(None, 1e9)
    assert strip.rows[0].value == -6.0


def test_the_mixer_of_a_slot(qt: QApplication) -> None:
    parsed, values, _ = parse_description(json.dumps(mixed()))
    strip = SlotStrip(parsed.slots[0], values)
    moves: list[tuple[str, float]] = []
    strip.moved.connect(lambda *move: moves.append(move))
    for switch in strip.switches:
        switch.click()
    QTest.keyClick(strip.rows[1].slider, Qt.Key.Key_Home)
    assert moves == [("/slot/1/mute", 1.0), ("/slot/1/solo", 1.0), ("/slot/1/pan", -1.0)]
    assert strip.rows[1].name.text() == "Pan"


def named(name: str, output: int | None = None) -> SlotStrip:
    fields = description(name=name, output=output)
    parsed, values, _ = parse_description(json.dumps(fields))
    return SlotStrip(parsed.slots[0], values)


def test_the_name_and_the_channel_of_a_slot(qt: QApplication) -> None:
    strip = named("Lead", 3)
    assert strip.name.text == "Lead"
    assert strip.accessibleName() == "Slot 1: Lead"
    assert "clarinet-trumpet" in strip.name.toolTip()
    assert strip.bus is not None
    assert strip.bus.text() == "out 3"
    other = named("")
    assert (other.name.text, other.bus) == ("clarinet-trumpet", None)


def test_a_name_is_typed_in_place(qt: QApplication) -> None:
    strip = named("Lead")
    renamed: list[tuple[int, str]] = []
    strip.renamed.connect(lambda *words: renamed.append(words))
    QTest.mouseDClick(strip.name, Qt.MouseButton.LeftButton)
    QTest.keyClicks(strip.name.edit, "Bass")
    QTest.keyClick(strip.name.edit, Qt.Key.Key_Return)
    assert renamed == [(1, "Bass")]
    assert strip.name.text == "Lead"  # until the engine says so


def test_a_drag_is_not_a_click(qt: QApplication) -> None:
    strip = named("Lead")
    seen: list[str] = []
    strip.dragged.connect(lambda number, point: seen.append("dragged"))
    strip.dropped.connect(lambda number, point: seen.append("dropped"))
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(strip, QPoint(6, 6))
    assert seen == []  # a hand that trembles
    QTest.mouseMove(strip, QPoint(6, 60))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(6, 60))
    assert seen == ["dragged", "dropped"]


def test_a_right_click_opens_the_menu_and_marks_the_strip(qt: QApplication) -> None:
    strip = named("Lead")
    strip.show()
    wanted: list[tuple[str, int]] = []
    strip.wanted.connect(lambda *what: wanted.append(what))
    point = strip.name.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, strip.name.mapToGlobal(point))
    QApplication.sendEvent(strip.name, event)  # it has none of its own
    assert strip.menu.isVisible()
    assert wanted == [("front", 1)]
    strip.menu.close()
    strip.close()


def test_a_long_name_is_typed_in_the_whole_line(qt: QApplication) -> None:
    strip = named("A long name of a slot")
    strip.resize(232, strip.sizeHint().height())
    strip.show()
    narrow = strip.name.width()
    strip.name.begin()
    qt.processEvents()
    assert strip.name.width() > narrow + 60
    assert strip.name.edit.cursorPosition() == 0  # or the beginning could be out of sight
    strip.name.leave(commit=False)
    qt.processEvents()
    assert strip.name.width() == narrow
    assert all(each.isVisible() for each in (*strip.switches, strip.more))
    strip.close()
