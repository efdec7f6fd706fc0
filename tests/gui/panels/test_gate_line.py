"""A plugin without a pitch is played by its gate."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth.plugin import load
from rtsynth_gui.panels.gate_line import NOTE, GateLine
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.live import live, opened
from tests.gui.peer import Peer, control, description

Notes = list[tuple[float, ...]]


@pytest.fixture
def line(qt: QApplication) -> GateLine:
    return GateLine()


def collect(line: GateLine) -> Notes:
    notes: Notes = []
    line.note_on.connect(lambda *note: notes.append(note))
    line.note_off.connect(lambda *note: notes.append(note))
    return notes


def test_the_button_silences_what_sounds_by_itself_and_plays_it(line: GateLine) -> None:
    notes = collect(line)
    assert line.button.text() == "Silence"
    line.button.click()
    assert [note[0] for note in notes] == [NOTE, NOTE]  # began, and ended
    assert [len(note) for note in notes] == [2, 1]
    assert line.button.text() == "Play"
    assert "Silent since a note has ended" in line.button.accessibleDescription()
    line.button.click()
    assert (len(notes), line.sounds, line.down) == (3, True, {NOTE})
    line.drop_held()
    assert (len(notes), line.sounds, line.down) == (4, False, set())


def test_letters_play_while_they_are_down(line: GateLine) -> None:
    notes = collect(line)
    assert not line.press_key("1", 9)
    assert line.press_key("a", 1)
    assert line.press_key("a", 1)  # it repeats
    assert line.press_key("k", 2)
    assert line.release_key(1)
    assert (len(notes), line.sounds) == (2, True)
    assert line.release_key(2)
    assert not line.release_key(2)
    assert (notes[2:], line.sounds) == ([(NOTE,)], False)
    line.press_key("a", 1)
    line.let_go()
    assert (len(notes), line.down) == (5, set())


def test_what_others_play_is_shown(line: GateLine) -> None:
    line.show_note(40.0, True)
    line.show_note(41.0, True)
    line.show_note(40.0, False)
    assert line.sounds
    line.show_note(41.0, False)
    assert not line.sounds
    line.silence(sounds=True)  # the engine was reset
    assert line.sounds
    other = GateLine()
    line.forget()
    other.take_over(line)
    assert not other.sounds


def test_the_engine_knows_better(line: GateLine) -> None:
    line.show_sounds(False)
    assert line.button.text() == "Play"
    line.forget()  # it was gone
    line.show_sounds(True)
    assert line.button.text() == "Silence"
    line.button.click()
    line.button.click()
    line.show_sounds(False)  # said before the note of this hand had come
    assert line.sounds
    line.show_note(40.0, True)
    line.show_note(40.0, False)
    assert line.sounds


def test_it_says_since_when_it_is_silent(line: GateLine) -> None:
    line.show_sounds(False)  # a window that opens does not know
    assert line.text.whole.startswith("Silent; Play resumes")
    line.show_note(40.0, True)
    line.show_note(40.0, False)
    assert line.text.whole.startswith("Silent since a note has ended")
    line.forget()  # as the button Panic does, before the engine says so
    line.silence(sounds=False, why="panic")
    assert line.text.whole.startswith("Silent since Panic")
    line.show_sounds(False)
    assert line.text.whole.startswith("Silent since Panic")
    line.show_note(40.0, True)
    line.show_note(40.0, False)
    assert line.text.whole.startswith("Silent since a note has ended")


def test_what_play_has_begun_and_somebody_else_ends_is_over(qt: QApplication) -> None:
    line = GateLine()
    line.show_sounds(False)
    line.button.click()
    line.show_note(60.0, True)
    assert line.button.text() == "Silence"
    line.show_note(60.0, False)
    assert (line.button.text(), line.down) == ("Play", set())


@pytest.fixture
def peer() -> Iterator[Peer]:
    described = description(plugin="vessel", parameters=[control("fill", 0.0, 1.0, 0.3)])
    with Peer(describes=described) as started:
        yield started


@pytest.mark.system
def test_letters_of_the_window_reach_the_gate(
    peer: Peer, open_window: Callable[[int], Window], spin: Spin
) -> None:
    window = open_window(peer.port)
    spin(lambda: window.panels and peer.clients)
    panel = window.current
    assert panel is not None
    assert panel.keyboard is None
    assert panel.gate is not None
    QTest.keyPress(window.windowHandle(), Qt.Key.Key_A)
    spin(lambda: peer.count("/slot/1/note/on") == 1)
    QTest.keyRelease(window.windowHandle(), Qt.Key.Key_A)
    spin(lambda: peer.count("/slot/1/note/off") == 1)
    peer.tell("/slot/1/note/on", 50.0, 0.5)
    spin(lambda: panel.gate.sounds)
    peer.tell("/slot/1/note/off", 50.0)
    spin(lambda: panel.gate.button.text() == "Play")
    peer.tell("/slot/1/reset")
    spin(lambda: panel.gate.sounds)


def test_a_note_that_is_held_and_that_somebody_else_ends_is_ended_here_too(
    line: GateLine,
) -> None:
    notes = collect(line)
    line.silence(sounds=False)
    line.button.click()
    line.button.click()
    line.button.click()  # the engine tells late of the one before
    notes.clear()
    line.show_note(60.0, True)
    line.show_note(60.0, False)
    assert line.down == {60}, "the engine speaks of the first one"
    line.show_note(60.0, True)
    assert notes == []
    line.show_note(60.0, False)
    assert line.down == set()
    assert notes == [(60,)]


@pytest.mark.system
def test_a_window_that_opens_shows_whether_it_sounds(
    open_window: Callable[[int], Window], spin: Spin
) -> None:
    with live(load("pops")) as engine:
        slot = engine.host.slots[0]
        slot.note_on(60, 1.0)
        slot.note_off(60)
        window = opened(engine, open_window, spin)
        gate = window.current.gate if window.current is not None else None
        assert gate is not None
        spin(lambda: gate.button.text() == "Play")
        gate.button.click()
        spin(lambda: slot.held)
        gate.button.click()
        spin(lambda: not slot.held)
        slot.reset()
        spin(lambda: gate.button.text() == "Silence")


@pytest.mark.system
def test_panic_is_said_to_be_why_it_is_silent(
    open_window: Callable[[int], Window], spin: Spin
) -> None:
    with live(load("pops")) as engine:
        window = opened(engine, open_window, spin)
        gate = window.current.gate if window.current is not None else None
        assert gate is not None
        gate.button.click()
        spin(lambda: not engine.host.slots[0].drones)
        assert "since a note has ended" in gate.text.whole
        window.transport.buttons["panic"].click()
        spin(lambda: "since Panic" in gate.text.whole)
        window.transport.buttons["restart"].click()
        spin(lambda: gate.button.text() == "Silence")
