"""The default MIDI map, and maps from files with every mistake in them."""

from dataclasses import replace
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.control.midi.map import Binding, MidiMap, load_midi_map
from tests.rtsynth.control.recording_engine import RecordingEngine

SLOT = RecordingEngine().describe().slots[0]  # instrument, amplitude, pitch, rate


@pytest.mark.parametrize(
    ("cc", "target"),
    [(1, "instrument"), (2, "amplitude"), (11, None), (7, "gain"), (12, "temperature"),
     (13, "top_p"), (16, "instrument"), (17, "amplitude"), (18, "pitch"), (19, "rate"),
     (70, "instrument"), (73, "rate"), (20, None), (79, None), (3, None), (64, None)],
)  # fmt: skip
def test_the_default_table(cc: int, target: str | None) -> None:
    bindings = MidiMap().bindings(1, cc, SLOT)
    assert [binding.target for binding in bindings] == ([target] if target else [])


def test_a_plugin_without_parameters_has_built_in_controls_only() -> None:
    bare = replace(SLOT, parameters=())
    assert MidiMap().bindings(1, 1, bare) == []
    assert MidiMap().bindings(1, 16, bare) == []
    assert [binding.target for binding in MidiMap().bindings(1, 7, bare)] == ["gain"]


@pytest.mark.parametrize(
    ("binding", "position", "value"),
    [
        (Binding("x", span=(64, 76)), 0.5, 70),
        (Binding("x", span=(76, 64)), 0.25, 73),
        (Binding("x", span=(1, 100), curve="exponential"), 0.5, 10),
        (Binding("x", span=(100, 1), curve="exponential"), 0.0, 100),
        (Binding("x", span=(-60, 0), curve="volume"), 0.0, -60),
        (Binding("x", span=(-60, 0), curve="volume"), 0.5, -12.0412),
        (Binding("x", span=(-60, 0), curve="volume"), 1.0, 0),
        (Binding("x"), 0.5, None),
    ],
)
def test_curves(binding: Binding, position: float, value: float | None) -> None:
    assert binding.value_at(position) == (None if value is None else pytest.approx(value))


FILE = """
[[map]]
channel = 1
cc = 21
target = "pitch"
slot = 2
minimum = 64
maximum = 76
curve = "linear"

[[map]]
cc = 1
target = "gain"

[[map]]
cc = 1
target = "pitch"
"""


def test_a_file_is_read_on_top_of_the_default_table(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(FILE)
    midi_map = load_midi_map(path)
    (entry,) = midi_map.bindings(1, 21, SLOT)
    assert entry == Binding("pitch", 2, (64.0, 76.0), "linear", f"{path}: map entry 1")
    assert [binding.target for binding in midi_map.bindings(2, 21, SLOT)] == []
    assert [binding.target for binding in midi_map.bindings(9, 1, SLOT)] == ["gain", "pitch"]
    assert [binding.target for binding in midi_map.bindings(9, 7, SLOT)] == ["gain"]
    midi_map.check(RecordingEngine(slots=2).describe())


@pytest.mark.parametrize(
    ("written", "target"),
    [("motion/beta", "motion.beta"), ("motion.beta", "motion.beta"),
     ("sampling/temperature", "temperature")],
)  # fmt: skip
def test_targets_are_named_with_dots_or_slashes(tmp_path: Path, written: str, target: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(f'[[map]]\ncc = 21\ntarget = "{written}"\n')
    (binding,) = load_midi_map(path).bindings(1, 21, SLOT)
    assert binding.target == target


def test_a_file_can_drop_the_default_table(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text("defaults = false\n" + FILE)
    assert load_midi_map(path).bindings(1, 7, SLOT) == []


PITCH = '[[map]]\ncc = 1\ntarget = "pitch"\n'
MISTAKES = [
    ("map = 3", "in double brackets"),
    ("[map]\ncc = 1", "in double brackets"),
    ("map = [1]", "map entry 1: 1 is not a table"),
    ("[[mop]]", "unknown key 'mop'"),
    ("defaults = 1", "defaults: 1"),
    ("[[map]", "not TOML"),
    ("\x80", "not a text"),
    ('[[map]]\ntarget = "pitch"', "entry 1: cc is missing"),
    ("[[map]]\ncc = 1", "entry 1: target is missing"),
    ('[[map]]\ncc = 120\ntarget = "pitch"', "entry 1: cc: 120 is not a controller number"),
    ('[[map]]\ncc = true\ntarget = "pitch"', "entry 1: cc: True"),
    ('[[map]]\ncc = 1.5\ntarget = "pitch"', "entry 1: cc: 1.5"),
    ('[[map]]\ncc = 1\ntarget = ""', "entry 1: target"),
    ('[[map]]\ncc = 1\ntarget = "pitch"\nchannel = 0', "channel: 0 is not a channel 1..16"),
    ('[[map]]\ncc = 1\ntarget = "pitch"\nslot = 0', "slot: 0"),
    ('[[map]]\ncc = 1\ntarget = "pitch"\ncolour = 1', "unknown field 'colour'"),
    ('[[map]]\ncc = 1\ntarget = "pitch"\nminimum = 1', "minimum and maximum together"),
    ('[[map]]\ncc = 1\ntarget = "pitch"\nminimum = nan\nmaximum = 1', "minimum: nan"),
    ('[[map]]\ncc = 1\ntarget = "pitch"\ncurve = "linear"', "curve: give minimum"),
    ('[[map]]\ncc = 1\ntarget = "pitch"\ncurve = ["a"]', "curve: ['a'] is not one of"),
    (PITCH + 'minimum = 0\nmaximum = 1\ncurve = "exponential"', "above 0"),
    (PITCH + 'minimum = 0\nmaximum = -1\ncurve = "volume"', "below"),
    (PITCH + "minimum = 1e300\nmaximum = -1e300", "minimum: 1e+300 is not a number up to 1e+09"),
    (PITCH + "minimum = 1\nmaximum = 9223372036854775807", "is not a number up to 1e+09"),
    (PITCH + 'minimum = 1e-300\nmaximum = 1\ncurve = "exponential"', "at least 1e-09"),
    ("[[map]]\ncc = " + 40 * "[" + 40 * "]", "nested"),
    ("[[map]]\ncc = " + 5000 * "9", "too many digits"),
    ("[[map]]\ncc = " + 400 * "9", "cc: a whole number of more than 64 bits"),
    ("[[map]]\ncc = 1\ntarget = " + 25 * "[" + 25 * "]", "target: [[["),
    ("[[map]]\ncc = '" + 9999 * "9" + "'", "... is not a controller"),
    (FILE + '[[map]]\ncc = "x"\ntarget = "pitch"', "entry 4: cc: 'x'"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes_in_a_file_are_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(InputError) as error:
        load_midi_map(path)
    line = str(error.value)
    assert line.startswith(f"{path}: ")
    assert message in line
    assert "\n" not in line
    assert len(line) < 400


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_midi_map(tmp_path / "map.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[map]]\ncc = 1\ntarget = "pitsh"',
            "entry 1: target: no control 'pitsh'; there are ",
        ),
        ('[[map]]\ncc = 1\ntarget = "pitch"\nslot = 3', "map entry 1: slot 3 has no plugin"),
    ],
)
def test_targets_are_checked_against_what_is_loaded(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        load_midi_map(path).check(RecordingEngine().describe())
