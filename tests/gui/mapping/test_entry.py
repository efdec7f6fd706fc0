"""A mapping as it is listed, and as it is sent back."""

from dataclasses import replace

import pytest

from rtsynth_gui.link.control import Control
from rtsynth_gui.mapping.entry import Entry, read_entry

GAIN = Control("gain", -60, 12, 0, unit="dB", address="/slot/1/gain")
RATE = Control(
    "lfo1_rate", 0.01, 20, 1, curve="exponential", address="/slot/1/modulation/lfo1_rate"
)
CC = Entry("/slot/1/gain", "learned", "cc", 21, 3, "keys", {"takeover": "jump"})


def test_it_is_sent_as_it_was_listed() -> None:
    words = ("kind", "cc", "number", 21, "channel", 3, "port", "keys", "takeover", "jump")
    entry = read_entry(("/slot/1/gain", "learned", *words))
    assert entry == CC
    assert CC.arguments == words
    assert CC.source == "CC 21 · ch 3"


def test_where_it_is_from() -> None:
    words = ("kind", "bend", "number", 0, "slot", "any", "from", "my.toml: map entry 1")
    entry = read_entry(("/slot/1/gain", "file", *words))
    assert entry is not None
    assert (entry.every_slot, entry.file, entry.source) == (
        True, "my.toml: map entry 1", "Pitch bend",
    )  # fmt: skip
    assert entry.arguments == ("kind", "bend", "number", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("/slot/1/gain",),
        ("/slot/1/gain", "elsewhere"),
        ("/slot/1/gain", "file", "kind"),
        ("/slot/1/gain", "file", "kind", "lever"),
        ("/slot/1/gain", "file", "kind", "cc", "number", "x"),
        ("/slot/1/gain", "file", "kind", "cc", "channel", "x"),
        ("/slot/1/gain", "file", "kind", "cc", "minimum", float("nan")),
        ("/slot/1/gain", "file", "kind", "cc", "port", "x", "mode", "x" * 1000),
    ],
)
def test_what_is_malformed_is_left_out(arguments: tuple[object, ...]) -> None:
    assert read_entry(arguments) is None


def test_a_range_and_its_inverse() -> None:
    assert CC.span(GAIN) == (-60, 12)
    assert not CC.is_inverted(GAIN)
    turned = CC.inverted(GAIN)
    assert turned.settings == {
        "takeover": "jump", "minimum": 12, "maximum": -60, "curve": "linear",
    }  # fmt: skip
    assert turned.is_inverted(GAIN)
    assert turned.inverted(GAIN) == CC, "a whole range is none"


def test_a_whole_range_keeps_a_curve_that_is_not_the_controls_own() -> None:
    entry = Entry(RATE.address, "learned", settings={"curve": "linear"})
    assert entry.spanning(0.01, 20, RATE).settings["curve"] == "linear"
    assert Entry(RATE.address, "learned").spanning(0.01, 20, RATE).settings == {}
    assert Entry(RATE.address, "learned").spanning(1, 20, RATE).settings["curve"] == "exponential"
    loud = Entry(GAIN.address, "learned", settings={"curve": "volume"})
    assert loud.spanning(0, -60, GAIN).settings["curve"] == "linear", "volume only goes up"


def test_settings_that_contradict_each_other_give_way() -> None:
    pressed = CC.having(mode="toggle")
    encoder = pressed.having(relative="offset", step=0.25)
    assert encoder.settings == {"takeover": "jump", "relative": "offset", "step": 0.25}
    assert replace(encoder, kind="note").having().settings == {"takeover": "jump"}
    assert encoder.having(relative=None).settings == {"takeover": "jump"}


def test_it_is_learned_again_with_its_settings() -> None:
    assert CC.having(takeover="pickup").learn_settings == ("takeover", "pickup")
    assert CC.having(relative="offset").learn_settings[-2:] == ("kind", "cc")


def test_numbers_are_those_that_are_sent() -> None:
    assert CC.having(minimum=-12.3, maximum=0.0).sent.settings["minimum"] == -12.300000190734863


def test_actions_are_known_by_their_address() -> None:
    def kind_of(address: str) -> tuple[bool, bool]:
        entry = Entry(address, "learned", "note", 36)
        return entry.is_action, entry.lasts

    assert kind_of("/slot/1/bank/recall dark") == (True, False)
    assert kind_of('/slot/12/bank/loop "" 0.5') == (True, True)
    assert kind_of("/slot/1/param/bank/take") == (False, True)
    assert kind_of("/slot/1/bank") == (True, False)
    assert kind_of("/master/gain") == (False, True)
