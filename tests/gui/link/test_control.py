import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtsynth_gui.link.control import (
    Control,
    Source,
    duration_text,
    note_name,
    parse_note,
    rate_text,
)

PITCH = Control("pitch", "/slot/1/param/pitch", 64, 76, 69, unit="MIDI", role="pitch")
CUTOFF = Control("cutoff", "/slot/1/param/cutoff", 20, 20_000, 440, unit="Hz", curve="exponential")
TOP_K = Control("top_k", "/slot/1/sampling/top_k", 0, 256, 0, unit="codes")
GAIN = Control("gain", "/slot/1/gain", -60, 12, 0, unit="dB")


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


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [(0.0, "0.0 ms"), (4.24, "4.2 ms"), (9.96, "10 ms"), (26.2, "26 ms"), (1250.0, "1.2 s")],
)
def test_durations(duration_ms: float, text: str) -> None:
    assert duration_text(duration_ms) == text


@pytest.mark.parametrize(("rate_hz", "text"), [(125, "125 Hz"), (16_000, "16 kHz")])
def test_rates(rate_hz: float, text: str) -> None:
    assert rate_text(rate_hz) == text


def test_names_of_what_belongs_to_a_parameter() -> None:
    offset = Control("spectral_centroid.offset", "", -1, 1, 0)
    assert (offset.owner, offset.leaf) == ("spectral_centroid", "offset")
    assert offset.title == "Spectral centroid offset"
    assert (GAIN.owner, GAIN.leaf) == ("", "gain")
    transposed = Control("pitch.offset", "", -12, 12, 0, unit="MIDI")
    assert transposed.unit_text(3.0) == "MIDI"


def test_the_tip_tells_where_a_value_comes_from_and_how_soon_it_is_heard() -> None:
    source = Source("motion", 125, "linear", delay_ms=8.0)
    made = Control("a", "/slot/1/param/a", 0, 1, 0, reaction_ms=26.2, source=source)
    assert made.tip.splitlines() == [
        "0.000 – 1.000, default 0.000",
        "made by motion, 125 Hz, joined by straight lines, 8.0 ms behind",
        "reacts within 26 ms",
        "/slot/1/param/a",
    ]
    assert "reacts" not in GAIN.tip
