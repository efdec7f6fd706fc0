"""What is read of an engine's status, whatever it is."""

from typing import Any

import pytest

from rtsynth_gui.link.status import Status, parse_status


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "[" * 100_000])
def test_what_is_no_status(text: str) -> None:
    assert parse_status(text) is None


def test_fields_of_other_types_are_not_known() -> None:
    status = parse_status(
        '{"rate_hz": 48000, "load": "?", "api": 3, "running": true, "midi": {"messages": 7}, '
        '"huge": Infinity, "recording": ""}'
    )
    assert status is not None
    assert status.number("rate_hz") == 48_000.0
    assert status.number("midi", "messages") == 7.0
    for unknown in (("load",), ("running",), ("huge",), ("midi",), ("midi", "x"), ("x", "y")):
        assert status.number(*unknown) is None
    assert status.text("api") == status.text("midi", "messages") == status.text("x", "y") == ""
    assert Status({"midi": {"problem": "none"}}).text("midi", "problem") == "none"
    assert status.recording is None
    assert Status({"recording": "a.wav"}).recording == "a.wav"


@pytest.mark.parametrize(
    ("fields", "stalled"),
    [
        ({}, False),
        ({"still_s": 0.5}, False),
        ({"still_s": 1.0}, True),
        ({"still_s": 1.0, "block_frames": 8192, "rate_hz": 48_000}, False),
        ({"still_s": 1.0, "block_frames": 8192, "rate_hz": 0}, True),
    ],
)
def test_a_device_that_takes_no_sound(fields: dict[str, Any], stalled: bool) -> None:
    assert Status(fields).stalled is stalled


@pytest.mark.parametrize(
    ("midi", "problem"),
    [
        ({"inputs": 2}, ""),
        ({}, ""),
        (3, ""),
        ({"inputs": 0}, None),
        ({"inputs": None}, None),
        ({"inputs": 0, "problem": "no MIDI: no sequencer"}, "no sequencer"),
    ],
)
def test_why_no_midi_can_come(midi: object, problem: str | None) -> None:
    assert Status({"midi": midi}).midi_problem == problem
