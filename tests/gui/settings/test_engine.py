"""What an engine says is read as far as it can be, whatever it is."""

import json

import pytest

from rtsynth_gui.settings.engine import (
    LONGEST,
    MOST,
    Devices,
    Offered,
    parse_devices,
    parse_offered,
)


def test_what_is_offered() -> None:
    said = {"options": {"device": "auto"}, "possible": True, "refused": "no card"}
    assert parse_offered(json.dumps(said)) == Offered({"device": "auto"}, True, "no card")
    offered = parse_offered(json.dumps({"given_up": ["rate", 1], "problem": "too fast"}))
    assert (offered.given_up, offered.problem) == (("rate",), "too fast")


def test_devices() -> None:
    said = {
        "audio": [
            {"name": "card", "api": "ALSA"},
            {"name": "card", "api": "JACK"},
            {"name": "null"},
        ],
        "midi": ["keys"],
        "problems": ["no JACK"],
    }
    assert parse_devices(json.dumps(said)) == Devices(("card", "null"), ("keys",), ("no JACK",))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "[" * 100_000, '{"options": 3, "possible": 1, "refused": []}',
     '{"given_up": "rate", "problem": 1}',
     '{"audio": {}, "midi": 4, "problems": [5, null]}', '{"audio": [1, {"name": 2}]}'],
)  # fmt: skip
def test_anything_else_is_nothing(text: str) -> None:
    assert parse_offered(text) == Offered()
    assert parse_devices(text) == Devices()


def test_it_is_bounded() -> None:
    said = {"midi": ["x" * 900] * 90, "refused": "x" * 9000}
    assert parse_devices(json.dumps(said)).midi == ("x" * LONGEST,) * MOST
    assert len(parse_offered(json.dumps(said)).refused) == LONGEST
