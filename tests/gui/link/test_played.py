"""Which notes begin and end, of everything that the engine says."""

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.link.played import Played, played_notes


def test_notes_and_what_ends_all_of_them() -> None:
    said = [
        OscMessage("/slot/1/note/on", (60.0, 0.8)),
        OscMessage("/slot/2/note/on", (64,)),
        OscMessage("/done", ("/slot/1/load",)),
        OscMessage("/slot/1/note/off", (60.0,)),
        OscMessage("/slot/1/note/on", (61.0, 0.0)),
        OscMessage("/slot/12/silence", ()),
        OscMessage("/slot/1/sound_off", ("midi",)),
        OscMessage("/slot/1/end_drone", ()),
        OscMessage("/slot/1/reset", ()),
        OscMessage("/slot/1/preset/current", ("dark",)),
    ]
    assert list(played_notes(said)) == [
        Played(1, 60.0, True), Played(2, 64.0, True), Played(1, 60.0), Played(1, 61.0),
        Played(12, panic=True), Played(1), Played(1), Played(1, None, True),
    ]  # fmt: skip


def test_malformed_notes_are_left_out() -> None:
    said = [
        OscMessage("/slot/1/note/on", ()),
        OscMessage("/slot/1/note/on", ("a",)),
        OscMessage("/slot/1/note/off", (float("nan"),)),
    ]
    assert list(played_notes(said)) == []
