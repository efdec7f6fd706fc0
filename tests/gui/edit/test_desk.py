"""The desk of a window and a peer: what it asks for, and what ends when the engine goes."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from PySide6.QtGui import QKeySequence

from rtsynth.control.osc.packet import Argument
from rtsynth.control.osc.space.snapshots import KEEP, LOST, RECALL
from rtsynth_gui.edit.history import Step
from rtsynth_gui.link.status import Status
from rtsynth_gui.panels.transport import FAILURE_READ_S
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


def test_it_says_what_was_learned(window: Window, peer: Peer, spin: Spin) -> None:
    said: list[str] = []
    window.desk.said.connect(said.append)
    control = row(window, PITCH).control
    for answer, last in (
        (("/midi/learned", PITCH, "CC 21"), "Pitch is mapped to CC 21"),
        (("/midi/learning", ""), "nothing was learned for Pitch"),
    ):
        window.desk.learn(PITCH, control.title)
        assert "move a MIDI control for Pitch" in said[-1]
        peer.tell("/midi/learning", PITCH)
        spin(lambda: window.desk.bindings.learning == PITCH)
        peer.tell(*answer)
        spin(lambda last=last: said[-1] == last)


def test_learning_says_that_no_midi_can_come(window: Window) -> None:
    said: list[str] = []
    window.desk.said.connect(said.append)
    for midi, text in (
        ({"inputs": 0}, "no MIDI input is open"),
        ({"inputs": 0, "problem": "no MIDI: no {} sequencer"}, "without it: no {} sequencer"),
        ({"inputs": 1}, "move a MIDI control for Pitch"),
    ):
        window.desk.know(Status({"midi": midi}))
        assert bool(window.desk.no_midi) == ("problem" in midi)
        window.desk.learn(PITCH, "Pitch")
        assert text in said[-1]
        assert "Pitch" in said[-1]


def test_a_modulators_page_says_what_it_moves(window: Window, peer: Peer, spin: Spin) -> None:
    shown: list[Mapping[str, Sequence[str]]] = []

    class Panel:
        def show_modulations(self, moved: Mapping[str, Sequence[str]]) -> None:
            shown.append(moved)

    window.desk.rebuilt({1: Panel()})
    peer.tell("/slot/1/modulate", "lfo1", "pitch", 0.25)
    spin(lambda: shown[-1:] == [{"lfo1": ["pitch"]}])
    window.desk.modulate(row(window, PITCH).control, "lfo1", 0.0, 0)
    spin(lambda: shown[-1:] == [{}])


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


@pytest.mark.measure
def test_a_failure_stays_until_something_is_done(
    window: Window, peer: Peer, spin: Spin, rest: Callable[[float], None]
) -> None:
    message = window.transport.message
    peer.tell("/fail", "/slot/1/load", "no such file")
    spin(lambda: (message.whole, message.objectName()) == ("load: no such file", "failure"))
    rest(FAILURE_READ_S + 0.2)
    assert message.objectName() == "failure"
    row(window, PITCH).slide(0.5)
    spin(lambda: (message.whole, message.objectName()) == ("", "dim"))
    peer.tell("/fail", "/slot/1/load", "no such file")
    spin(lambda: message.objectName() == "failure")
    window.desk.remove(1)
    rest(FAILURE_READ_S + 0.2)
    assert message.objectName() == "failure"  # nothing has been done yet
    peer.tell("/done", "/slot/1/unload")
    peer.tell("/done", KEEP, *kept(peer)[1])
    spin(lambda: message.objectName() == "dim")


def kept(peer: Peer) -> list[tuple[Argument, ...]]:
    return [m.arguments for m in list(peer.received) if m.address == KEEP]


def test_undo_waits_for_what_is_under_way(window: Window, peer: Peer, spin: Spin) -> None:
    said: list[str] = []
    window.desk.said.connect(said.append)
    window.desk.move("/slot/1/gain", -6.0)
    window.desk.edited(Step("gain", {"/slot/1/gain": 0.0}, {"/slot/1/gain": -6.0}))
    window.desk.remove(1)
    spin(lambda: len(kept(peer)) == 2)
    window.desk.undo()  # not the fader
    window.desk.undo()
    assert said == ["still in progress: remove clarinet-trumpet"] * 2
    before, after = kept(peer)
    peer.tell("/done", KEEP, *before)
    peer.tell("/done", "/slot/1/unload")
    peer.tell("/done", KEEP, *after)
    spin(lambda: peer.count(RECALL) == 1)
    names = before[0], after[0]
    assert [m.arguments for m in list(peer.received) if m.address == RECALL] == [names]
    assert len(said) == 2
    assert peer.values("/slot/1/gain")[-1] == -6.0
    peer.tell("/done", RECALL, *names)
    spin(lambda: peer.values("/slot/1/gain")[-1] == 0.0)
    assert said[2:] == ["undone: remove clarinet-trumpet", "undone: gain"]


def test_what_the_engine_lost_is_not_said_to_be_undone(
    window: Window, peer: Peer, spin: Spin
) -> None:
    window.resize(1280, 720)  # room for the whole message
    said: list[str] = []
    window.desk.said.connect(said.append)
    window.desk.remove(1)
    spin(lambda: len(kept(peer)) == 2)
    before, after = kept(peer)
    peer.tell("/done", "/slot/1/unload")
    peer.tell("/done", KEEP, *after)
    spin(lambda: window.desk.history.undo_title)
    window.desk.undo()
    peer.tell(LOST, before[0], after[0])
    peer.tell("/fail", RECALL, "no snapshot any more")
    spin(lambda: "no snapshot" in window.transport.message.text())
    spin(lambda: not window.desk.acts.recalling)
    assert said == []
    assert window.desk.history.redo_title == window.desk.history.undo_title == ""


@pytest.mark.measure
def test_snapshots_end_with_the_process_of_the_engine(
    window: Window, peer: Peer, spin: Spin
) -> None:
    for pid in (11, 12):
        peer.status["pid"] = pid
        spin(lambda pid=pid: window.status.number("pid") == pid)
        assert window.desk.history.undo_title == ""
        before = len(kept(peer))
        window.desk.remove(1)
        spin(lambda before=before: len(kept(peer)) == before + 2)
        peer.tell("/done", "/slot/1/unload")
        peer.tell("/done", KEEP, *kept(peer)[-1])
        spin(lambda: window.desk.history.undo_title)
