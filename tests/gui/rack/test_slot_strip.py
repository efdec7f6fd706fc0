"""A slot's strip: what it has of the engine's description, and what it asks for."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from rtsynth_gui.link.description import Followed, parse_description
from rtsynth_gui.rack.rack import WIDTH
from rtsynth_gui.rack.slot_menu import ACTS
from rtsynth_gui.rack.slot_strip import BREAK, SlotStrip
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.peer import Peer, description, mixed

LEFT = Qt.MouseButton.LeftButton
MOVING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def strip(qt: QApplication) -> SlotStrip:
    parsed, values, _ = parse_description(json.dumps(description()))
    return SlotStrip(parsed.slots[0], values)


def test_an_engine_without_a_mixer(strip: SlotStrip) -> None:
    assert [row.control.name for row in strip.rows] == ["gain"]
    assert not any(switch.isEnabled() for switch in strip.switches)
    assert "does not describe" in strip.switches[0].toolTip()


def test_what_is_wanted(qt: QApplication, strip: SlotStrip) -> None:
    wanted: list[tuple[str, int]] = []
    strip.wanted.connect(lambda *what: wanted.append(what))
    reached: list[tuple[str, object, int]] = []
    strip.reached.connect(lambda *what: reached.append(what))
    for action in strip.menu.acts.values():
        action.trigger()
    strip.menu.runs["follow"].trigger()
    qt.processEvents()  # a menu closes before its line does something
    assert wanted == [(act, 1) for act in ACTS]
    assert reached == [("follow", None, 1)]
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


def test_it_is_moved_only_where_there_is_room(qt: QApplication, strip: SlotStrip) -> None:
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
        for action in strip.menu.acts.values():
            action.trigger()
        qt.processEvents()
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


@pytest.mark.parametrize("run", ["rain-and-wind-2026-11-30-180102", "x" * 60])
def test_the_run_that_is_followed_is_shown_whole(
    qt: QApplication, strip: SlotStrip, run: str
) -> None:
    rack = QWidget()
    rack.setFixedSize(WIDTH, 400)
    layout = QVBoxLayout(rack)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(strip)
    layout.addStretch(1)
    rack.show()
    strip.show_does(replace(strip.slot, follows=Followed(f"/runs/{run}", "follows", 128_000)))
    qt.processEvents()
    line = strip.follows
    assert line.text().replace(BREAK, "") == f"follows {run}, step 128000"
    assert strip.width() == WIDTH
    needs = line.fontMetrics().boundingRect(
        QRect(0, 0, line.width(), 1000), Qt.TextFlag.TextWordWrap, line.text()
    )
    assert needs.width() <= line.width()
    assert needs.height() <= line.height()
    assert needs.height() > line.fontMetrics().lineSpacing()  # in more than one line
    assert line.geometry().bottom() <= strip.height()
    rack.close()


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


def test_a_long_name_is_typed_in_nearly_the_whole_line(qt: QApplication) -> None:
    strip = named("A long name of a slot")
    strip.resize(232, strip.sizeHint().height())
    strip.show()
    narrow = strip.name.width()
    strip.name.begin()
    qt.processEvents()
    assert strip.name.width() > narrow + 40
    assert strip.name.edit.cursorPosition() == 0  # or the beginning could be out of sight
    strip.name.leave(commit=False)
    qt.processEvents()
    assert strip.name.width() == narrow
    assert all(each.isVisible() for each in strip.switches)
    strip.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer(describes=mixed(3)) as started:
        yield started


@pytest.fixture
def three(peer: Peer, open_window: Callable[[int], Window], spin: Spin) -> Window:
    opened = open_window(peer.port)
    spin(lambda: peer.clients and len(opened.panels) == 3 and opened.rack.strips[3].height() > 40)
    opened.activateWindow()
    return opened


def sent(peer: Peer, address: str) -> list[tuple[object, ...]]:
    return [tuple(m.arguments) for m in list(peer.received) if m.address == address]


@pytest.mark.system
def test_keys_act_on_the_strip_that_was_clicked(three: Window, peer: Peer, spin: Spin) -> None:
    """Whatever had the focus before: a control of another strip, or the list of the browser."""
    rack, handle = three.rack, three.windowHandle()
    three.deck.show_slot(1)
    pan = rack.strips[2].rows[1].slider
    pan.setFocus()
    spin(pan.hasFocus)
    QTest.keyClick(handle, Qt.Key.Key_Up, MOVING)  # slot 1 is in front: no strip is moved
    QTest.mouseClick(rack.strips[3].number, LEFT)
    assert rack.strips[3].hasFocus()
    QTest.keyClick(handle, Qt.Key.Key_Up, MOVING)
    spin(lambda: sent(peer, "/slots/order"))
    assert sent(peer, "/slots/order") == [(1, 3, 2)]
    three.side.turn_to("Browser")
    three.browser.list.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_F2)
    assert not any(strip.name.is_edited for strip in rack.strips.values())
    QTest.mouseClick(rack.strips[2].number, LEFT)
    QTest.keyClick(handle, Qt.Key.Key_F2)
    for letter in "Klarinette":
        QTest.keyClick(handle, letter)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    spin(lambda: sent(peer, "/slot/2/name"))
    assert sent(peer, "/slot/2/name") == [("Klarinette",)]
    assert not peer.count("/slots/load")  # the list of the browser is left alone
    assert not peer.count("/slot/2/note/on")
    assert rack.strips[2].hasFocus()


@pytest.mark.system
def test_the_strip_with_the_focus_is_the_one_in_front(
    three: Window, peer: Peer, spin: Spin
) -> None:
    rack, handle = three.rack, three.windowHandle()
    QTest.mouseClick(rack.strips[3], LEFT, pos=QPoint(3, rack.strips[3].height() // 2))
    assert (rack.front, rack.strips[3].hasFocus()) == (3, True)
    three.deck.show_slot(1)
    assert rack.strips[1].hasFocus()
    policies = [bool(s.focusPolicy() & Qt.FocusPolicy.TabFocus) for s in rack.strips.values()]
    assert policies == [True, False, False]
    QTest.keyClick(handle, Qt.Key.Key_Down)
    assert (rack.front, rack.strips[2].hasFocus()) == (2, True)
    QTest.keyClick(handle, Qt.Key.Key_Delete)
    spin(lambda: peer.count("/slot/2/unload"))
    described = mixed(3)
    del described["slots"][1]
    peer.describes = described
    peer.tell("/describe.reply", json.dumps(described))
    spin(lambda: list(rack.strips) == [1, 3])
    assert rack.front == 1
    assert rack.strips[1].hasFocus()  # and the next key acts on it


@pytest.mark.system
def test_what_is_being_removed_says_so_until_it_is_gone(
    three: Window, peer: Peer, spin: Spin
) -> None:
    strip, handle = three.rack.strips[2], three.windowHandle()
    assert (three.rack.title_of(2), three.rack.title_of(9)) == ("2 clarinet-trumpet", "")
    QTest.mouseClick(strip.number, LEFT)
    for _ in range(2):
        QTest.keyClick(handle, Qt.Key.Key_Delete)
    assert strip.name.label.toolTip().startswith("<qt>removing clarinet-trumpet…")
    spin(lambda: peer.count("/slot/2/unload"))
    peer.tell("/fail", "/slot/2/unload", "it is busy")
    spin(lambda: not strip.leaving)
    assert strip.name.label.toolTip().startswith("<qt>clarinet-trumpet")
    assert peer.count("/slot/2/unload") == 1  # the second press asked for nothing


@pytest.mark.system
def test_a_removal_that_was_lost_is_given_up_and_can_be_asked_for_again(
    three: Window, peer: Peer, spin: Spin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtsynth_gui.rack.rack.LOST_S", 0.2)
    strip, said = three.rack.strips[2], three.transport.message
    strip.wanted.emit("remove", 2)
    assert strip.leaving
    spin(lambda: not strip.leaving)  # the peer never says that it did
    assert said.toolTip() == (
        "<qt>clarinet-trumpet has not been removed: the engine did not answer; try again</qt>"
    )
    assert strip.name.label.toolTip().startswith("<qt>clarinet-trumpet")
    strip.wanted.emit("remove", 2)
    spin(lambda: peer.count("/slot/2/unload") == 2)
