"""Lines of an event log: what is written is read, and nothing else is."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth.host.event_lines import (
    After,
    Block,
    Done,
    Event,
    Gap,
    Head,
    Line,
    Master,
    NewVoice,
    Play,
    from_text,
    to_text,
)

EVENT = {"line": "event", "frame": 0, "voice": 1, "at": -1, "target": 8, "value": 69.0}
VOICE = NewVoice(
    3, "vessel", "/a/vessel.safetensors", "ab", "int8", "cd", 2, 7, [[0, 0.5], [65544, 1.0]]
)


@pytest.mark.parametrize(
    "line",
    [
        Head(1, "1.2", "abc", 48_000),
        VOICE,
        After(4, 3),
        Block(64, 128),
        Play(5, 16, 0),
        Master(5, 1),
        Event(64, 3, -1, -2, 2.0**53),
        Done(128, 4_294_967_295),
        Done(128, None),
        Gap('the disk said "no"'),
    ],
)
def test_what_is_written_is_read(line: Line) -> None:
    text = to_text(line)
    assert text.endswith("\n")
    assert text.count("\n") == 1
    assert from_text(text) == line


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_values_are_kept_to_the_last_bit(value: float) -> None:
    line = from_text(to_text(Event(0, 1, 2, 3, value)))
    assert isinstance(line, Event)
    assert line.value.hex() == value.hex()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"value": None}, "value: is not a finite number"),
        ({"value": True}, "value: is not a finite number"),
        ({"frame": -1}, "frame: is not a whole number 0..33177600000"),
        ({"frame": 1.0}, "frame: is not a whole number"),
        ({"target": 1 << 40}, "target: is not a whole number"),
        ({"more": 1}, "more: is no field of a 'event' line"),
        (
            {"line": "other"},
            "is no line of an event log; there are log, voice, state, after, block",
        ),
        ({"line": ["event"]}, "is no line of an event log"),
    ],
)
def test_what_is_no_line_is_refused(change: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        from_text(json.dumps(EVENT | change))


@pytest.mark.parametrize("field", [name for name in EVENT if name != "line"])
def test_every_field_has_to_be_there(field: str) -> None:
    rest = {name: value for name, value in EVENT.items() if name != field}
    with pytest.raises(ValueError, match=f"{field}: is missing"):
        from_text(json.dumps(rest))


@pytest.mark.parametrize("start", [None, [1], [[1]], [[0, "x"]], [[-1, 0.5]], [[1 << 40, 0.5]]])
def test_a_start_is_a_list_of_targets_and_values(start: object) -> None:
    text = json.dumps({"line": "voice", **VOICE._asdict(), "start": start})
    with pytest.raises(ValueError, match="start: is not a list"):
        from_text(text)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"line":"done","frame":NaN,"crc32":null}', "9" * 5000, "[]"]
)
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no JSON|is no line of an event log"):
        from_text(text)
