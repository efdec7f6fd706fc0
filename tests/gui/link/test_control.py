from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth.common.control_info import Generation, Owner
from rtsynth_gui.link.control import (
    Control,
    duration_text,
    note_name,
    parse_note,
    rate_text,
)

PITCH = Control("pitch", 64, 76, 69, unit="MIDI", role="pitch", address="/slot/1/param/pitch")
CUTOFF = Control(
    "cutoff", 20, 20_000, 440, unit="Hz", curve="exponential", address="/slot/1/param/cutoff"
)
TOP_K = Control("top_k", 0, 256, 0, unit="codes", address="/slot/1/sampling/top_k")
GAIN = Control("gain", -60, 12, 0, unit="dB", address="/slot/1/gain")


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
        (CUTOFF, -3.0, "-3.00"),
        (GAIN, -0.01, "0.0"),
        (Control("top_p", 0.01, 1, 1), 0.5, "0.500"),
        (Control("x", 0, 1, 0), 0.5, "0.500"),
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


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [(0.0, "0.0 ms"), (4.24, "4.2 ms"), (9.96, "10 ms"), (26.2, "26 ms"), (1250.0, "1.2 s")],
)
def test_durations(duration_ms: float, text: str) -> None:
    assert duration_text(duration_ms) == text


@pytest.mark.parametrize(("rate_hz", "text"), [(125, "125 Hz"), (16_000, "16 kHz")])
def test_rates(rate_hz: float, text: str) -> None:
    assert rate_text(rate_hz) == text


BEATS = Control("lfo1_beats", 0, 64, 0, unit="beats")
SHAPE = Control(
    "lfo1_shape", 0, 2, 0, role="class", labels=("sine", "saw", "square"), owner=Owner.ENGINE
)
FOLLOW = Control("follow", -1, 16, 0, unit="slot")


def test_steps_of_beats_are_musical() -> None:
    value, seen = 0.25, []
    for _ in range(7):
        value = BEATS.nudged(value, 1, fine=False)
        seen.append(BEATS.text(value))
    assert seen == ["0.333", "0.5", "0.667", "0.75", "1", "1.5", "2"]
    assert BEATS.nudged(1.2, -1, fine=False) == 1.0
    assert BEATS.nudged(64.0, 1, fine=False) == 64.0
    assert BEATS.nudged(1.0, 1, fine=True) == 1.01
    for step in BEATS.steps:
        assert BEATS.value_at(BEATS.position_of(step)) == step
    assert BEATS.value_at(0.5) in BEATS.steps, "a drag finds them, too"


def test_choices_by_what_they_begin_with() -> None:
    assert SHAPE.choices == ((0.0, "Sine"), (1.0, "Saw"), (2.0, "Square"))
    assert (SHAPE.parse("sq"), SHAPE.parse("SAW"), SHAPE.parse("s")) == (2.0, 1.0, None)
    assert SHAPE.remark("tri") == "“tri” cannot be read. Possible: Sine, Saw, Square"


def test_what_is_followed_has_a_name() -> None:
    texts = [FOLLOW.text(value) for value in (-1.0, 0.0, 2.0)]
    assert texts == ["Itself", "None", "Slot 2"]
    assert [FOLLOW.parse(text) for text in texts] == [-1.0, 0.0, 2.0]
    assert FOLLOW.choices[2] == (1.0, "Slot 1")
    assert FOLLOW.unit_text(2.0) == ""


def test_a_slot_that_is_followed_is_called_as_its_strip() -> None:
    named = replace(FOLLOW, slot_names=((1, "creek"), (2, "Lead of the second voice"), (3, "")))
    texts = [named.text(value) for value in (0.0, 1.0, 2.0, 3.0, 4.0)]
    assert texts == ["None", "1 creek", "2 Lead of the sec…", "Slot 3", "Slot 4"]
    assert [named.parse(text) for text in texts] == [0.0, 1.0, 2.0, 3.0, 4.0]
    typed = ("creek", "lead", "slot 2", "2", "slot")
    assert [named.parse(text) for text in typed] == [1.0, 2.0, 2.0, 2.0, None]
    assert named.choices[3] == (2.0, texts[2])
    assert named == FOLLOW, "names are no part of the structure"


def test_percents_and_what_is_said_of_what_was_typed() -> None:
    assert PITCH.parse("50%") == 70.0
    assert PITCH.parse("25 %") == 67.0
    assert PITCH.remark("50%") == ""
    assert PITCH.remark("hello") == (
        "“hello” cannot be read. Possible: 64.00 – 76.00 MIDI, E4 – E5"
    )
    assert GAIN.remark("13") == "“13” is out of range. Possible: -60.0 – 12.0 dB"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("macro1", "Macro 1"),
        ("lfo2_rate", "LFO 2 rate"),
        ("mfcc1", "MFCC 1"),
        ("mfcc_12.offset", "MFCC 12 offset"),
        ("rmse", "RMS"),
        ("dc_block", "DC"),
        ("tempo", "Tempo"),
    ],
)
def test_titles(name: str, title: str) -> None:
    assert Control(name, 0, 1, 0).title == title


def test_names_of_what_belongs_to_a_parameter() -> None:
    offset = Control("spectral_centroid.offset", -1, 1, 0)
    assert (offset.stem, offset.leaf) == ("spectral_centroid", "offset")
    assert offset.title == "Spectral centroid offset"
    assert (GAIN.stem, GAIN.leaf) == ("", "gain")
    transposed = Control("pitch.offset", -12, 12, 0, unit="MIDI")
    assert transposed.unit_text(3.0) == "MIDI"


def test_the_tip_names_the_source_of_a_value_and_its_reaction_time() -> None:
    generation = Generation("motion", 125, "linear", delay_ms=8.0)
    made = Control("a", 0, 1, 0, reaction_ms=26.2, generation=generation, address="/slot/1/param/a")
    assert made.tip.splitlines() == [
        "0.000 – 1.000, default 0.000",
        "generated by motion, 125 Hz, linear in between, 8.0 ms late",
        "reacts within 26 ms",
        "/slot/1/param/a",
    ]
    assert "reacts" not in GAIN.tip
