"""The desk of a window and a peer: what it asks for, and what ends when the engine goes."""

import pytest
from PySide6.QtGui import QKeySequence

from rtsynth_gui.window import Window
from tests.gui.conftest import Spin, row
from tests.gui.gestures import PITCH
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


def test_it_asks_for_what_is_not_reported_by_itself(window: Window, peer: Peer, spin: Spin) -> None:
    spin(lambda: peer.count("/midi/map") and peer.count("/slot/1/modulation"))
    asked = peer.count("/midi/map")
    peer.tell("/midi/learned", PITCH, "CC 21")
    spin(lambda: peer.count("/midi/map") > asked)


@pytest.mark.usefixtures("impatient")
def test_nothing_waits_for_midi_when_the_engine_is_gone(
    window: Window, peer: Peer, spin: Spin
) -> None:
    pitch = row(window, PITCH)
    peer.tell("/midi/learning", PITCH)
    spin(lambda: pitch.waiting)
    peer.__exit__(None, None, None)
    spin(lambda: not pitch.waiting)
    assert window.desk.bindings.learning == ""


def test_undo_and_redo_have_their_keys(window: Window) -> None:
    actions = window.desk.actions
    assert QKeySequence("Ctrl+Z") in actions["undo"].shortcuts()
    assert QKeySequence("Ctrl+Shift+Z") in actions["redo"].shortcuts()
    assert all(action in window.actions() for action in actions.values())


def test_a_depth_is_sent_as_a_message_of_its_own(window: Window, peer: Peer, spin: Spin) -> None:
    control = row(window, PITCH).control
    window.desk.modulate(control, "lfo1", 0.25, 0)
    window.desk.undo()
    spin(lambda: peer.count("/slot/1/modulate") == 2)
    sent = [m.arguments for m in list(peer.received) if m.address == "/slot/1/modulate"]
    assert sent == [("lfo1", "pitch", 0.25), ("lfo1", "pitch", 0.0)]


def test_what_is_moved_is_shown_everywhere_at_once(window: Window, peer: Peer, spin: Spin) -> None:
    gain = "/slot/1/gain"
    window.xy.parameters.pick("x", gain)
    row(window, gain).slide(1.0)
    assert window.xy.parameters.axes["x"].view.value == 12.0
    window.xy.parameters.axes["x"].view.slide(0.0)
    assert row(window, gain).value == -60.0
    spin(lambda: peer.values(gain)[-1:] == [-60.0])


def test_what_another_part_of_the_window_does_is_said(window: Window) -> None:
    said: list[tuple[str, str]] = []
    window.desk.wanted.connect(lambda deed, address: said.append((deed, address)))
    window.desk.do(row(window, PITCH), "mapping")
    assert ("mapping", PITCH) in said
