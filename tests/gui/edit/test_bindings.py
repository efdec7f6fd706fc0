"""What the engine says about MIDI, as messages, read into a table."""

from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.edit.bindings import MOST, Bindings, Mapping

GAIN, PITCH = "/slot/1/gain", "/slot/1/param/pitch"


def mapped(address: str, text: str, origin: str = "learned") -> OscMessage:
    return OscMessage("/midi/mapped", (address, text, origin))


def test_a_table_counts_when_it_is_whole() -> None:
    bindings = Bindings()
    bindings.take([mapped(GAIN, "CC 7"), mapped(PITCH, "CC 1", "default")])
    assert bindings.of(GAIN) == ()
    bindings.take([mapped(GAIN, "CC 8", "file"), OscMessage("/done", ("/midi/map", 3))])
    assert bindings.of(GAIN) == (Mapping("CC 7", "learned"), Mapping("CC 8", "file"))
    assert bindings.of(PITCH) == (Mapping("CC 1", "default"),)
    bindings.take([OscMessage("/done", ("/midi/map", 0))])
    assert bindings.of(GAIN) == ()


def test_it_waits_until_the_engine_says_otherwise() -> None:
    bindings = Bindings()
    assert not bindings.take([OscMessage("/midi/learning", (GAIN,))])
    assert bindings.learning == GAIN
    assert not bindings.take([OscMessage("/midi/learning", ("",))])
    assert bindings.learning == ""
    bindings.take([OscMessage("/midi/learning", (PITCH,))])
    assert bindings.take([OscMessage("/midi/learned", (PITCH, "CC 21"))]), "it is to be asked for"
    assert bindings.learning == ""


def test_what_came_of_it_is_told_of_what_this_window_asked_for() -> None:
    bindings = Bindings()
    bindings.take([OscMessage("/midi/learned", (GAIN, "CC 7"))])
    assert bindings.news == [], "another window asked"
    bindings.name(PITCH, "Pitch")
    bindings.take([OscMessage("/midi/learning", (PITCH,))])
    bindings.take([OscMessage("/midi/learning", (PITCH,))])
    assert bindings.news == []
    bindings.take([OscMessage("/midi/learned", (PITCH, "CC 21"))])
    bindings.take([OscMessage("/midi/learning", ("",))])
    assert bindings.news == [("Pitch", "CC 21")]
    bindings.name(GAIN, "Gain")
    bindings.take([OscMessage("/midi/learning", (GAIN,)), OscMessage("/midi/learning", ("",))])
    assert bindings.news[1:] == [("Gain", "")]


def test_what_was_forgotten_is_asked_for_again_and_the_rest_is_not() -> None:
    bindings = Bindings()
    assert bindings.take([OscMessage("/done", ("/midi/forget", GAIN))])
    assert not bindings.take([OscMessage("/done", ("/slot/1/load", "x")), OscMessage("/done", ())])


def test_an_engine_that_went_waits_for_nothing() -> None:
    bindings = Bindings()
    bindings.take([OscMessage("/midi/learning", (GAIN,)), mapped(GAIN, "CC 7")])
    bindings.forget()
    assert bindings.learning == ""
    bindings.take([OscMessage("/done", ("/midi/map", 0))])
    assert bindings.of(GAIN) == ()


def test_a_flood_of_mappings_is_bounded() -> None:
    bindings = Bindings()
    bindings.take(mapped(f"/slot/1/param/x{n}", "CC 1") for n in range(MOST + 500))
    bindings.take([OscMessage("/done", ("/midi/map", 0))])
    assert bindings.of(f"/slot/1/param/x{MOST - 1}")
    assert not bindings.of(f"/slot/1/param/x{MOST}")
