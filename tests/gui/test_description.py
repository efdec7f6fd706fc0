import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth_gui.description import (
    Control,
    DescriptionError,
    note_name,
    parse_description,
    parse_note,
)
from tests.gui.peer import control, description

PITCH = Control("pitch", "/slot/1/param/pitch", 64, 76, 69, unit="MIDI", role="pitch")
CUTOFF = Control("cutoff", "/slot/1/param/cutoff", 20, 20_000, 440, unit="Hz", curve="exponential")
TOP_K = Control("top_k", "/slot/1/sampling/top_k", 0, 256, 0, unit="codes")
GAIN = Control("gain", "/slot/1/gain", -60, 12, 0, unit="dB")


def test_description_gives_slots_and_values() -> None:
    parsed, values = parse_description(json.dumps(description(slots=2)))
    assert [slot.number for slot in parsed.slots] == [1, 2]
    slot = parsed.slots[1]
    assert [c.name for c in slot.parameters] == ["instrument", "amplitude", "pitch"]
    assert slot.pitch is not None
    assert slot.pitch.name == "pitch"
    assert values["/slot/2/param/pitch"] == 69.0
    assert values["/slot/1/gain"] == 0.0
    assert values["/slot/1/sampling/top_p"] == 1.0
    assert parsed.addresses == set(values)


def test_values_do_not_change_the_structure() -> None:
    one, two = description(), description()
    two["slots"][0]["parameters"][2]["value"] = 70.5
    assert parse_description(json.dumps(one))[0] == parse_description(json.dumps(two))[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"slots": 3}',
        '{"slots": [{}]}',
        '{"slots": [[]]}',
        "[" * 100_000,
        json.dumps(description(parameters=[control("a", 1.0, 1.0, 1.0)])),
        json.dumps(description(parameters=[control("a", 0.0, math.nan, 0.0)])),
        json.dumps(description(parameters=[control("a", 0.0, 1.0, 0.5, curve="exponential")])),
        json.dumps(description(parameters=[{"name": "a"}])),
        json.dumps(description(parameters=[control(f"p{i}", 0, 1, 0) for i in range(600)])),
        json.dumps({"slots": description()["slots"] * 2}),
    ],
)
def test_malformed_descriptions_are_refused(text: str) -> None:
    with pytest.raises(DescriptionError):
        parse_description(text)


@given(st.floats(0, 1))
def test_position_and_value_are_inverse(position: float) -> None:
    for each in (PITCH, CUTOFF, GAIN):
        assert each.position_of(each.value_at(position)) == pytest.approx(position, abs=1e-9)


@pytest.mark.parametrize(
    ("each", "value", "text"),
    [
        (PITCH, 69.125, "69.12"),
        (CUTOFF, 440.0, "440.0"),
        (CUTOFF, 20_000.0, "20000"),
        (TOP_K, 12.0, "12"),
        (GAIN, -0.01, "0.0"),
        (Control("top_p", "", 0.01, 1, 1), 0.5, "0.500"),
        (Control("x", "", 0, 1, 0), 0.5, "0.500"),
    ],
)
def test_text(each: Control, value: float, text: str) -> None:
    assert each.text(value) == text


@pytest.mark.parametrize(
    ("each", "text", "value"),
    [
        (PITCH, "70.5", 70.5),
        (PITCH, "70,5", 70.5),
        (PITCH, "a4", 69.0),
        (PITCH, "C#5", 73.0),
        (PITCH, "Bb4", 70.0),
        (PITCH, "b4", 71.0),
        (PITCH, "99", 76.0),
        (PITCH, "a", None),
        (PITCH, "", None),
        (PITCH, "nan", None),
        (PITCH, "inf", None),
        (GAIN, "−6 dB", -6.0),
        (GAIN, "-6dB", -6.0),
        (TOP_K, "3.4", 3.0),
    ],
)
def test_parse(each: Control, text: str, value: float | None) -> None:
    assert each.parse(text) == value


def test_nudges() -> None:
    assert PITCH.nudged(69.0, 1, fine=False) == 70.0
    assert PITCH.nudged(69.0, -1, fine=True) == pytest.approx(68.95)
    assert TOP_K.nudged(3.0, 0.1, fine=True) == 4.0
    assert TOP_K.nudged(0.0, -1, fine=False) == 0.0
    assert GAIN.nudged(0.0, 1, fine=False) == pytest.approx(0.72)


@given(st.integers(0, 127))
def test_note_names_round_trip(note: int) -> None:
    assert parse_note(note_name(note)) == note


def test_note_name_shows_the_deviation() -> None:
    assert note_name(69.2) == "A4 +20 ct"
    assert note_name(68.9) == "A4 −10 ct"
