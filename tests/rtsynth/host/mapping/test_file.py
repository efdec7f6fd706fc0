"""Maps from files, written again, and with every mistake in them."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.mapping.binding import CC, PROGRAM, Binding, Physical
from rtsynth.host.mapping.file import entry_of, load_midi_map, read_entry, write_map
from rtsynth.host.mapping.table import MidiMap
from tests.rtsynth.control.recording_engine import RecordingEngine


def targets(midi_map: MidiMap, channel: int, cc: int) -> list[str]:
    return [binding.target for binding in midi_map.of(Physical(CC, cc, channel, "keys"))]


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
    (entry,) = midi_map.of(Physical(CC, 21, 1, "keys"))
    assert entry == Binding(
        "pitch", Physical(CC, 21, 1), 2, (64.0, 76.0), "linear", origin=f"{path}: map entry 1"
    )
    assert targets(midi_map, 2, 21) == []
    assert targets(midi_map, 9, 1) == ["gain", "pitch"]
    assert midi_map.defaults
    midi_map.check(RecordingEngine(slots=2).describe())


@pytest.mark.parametrize(
    ("written", "target"),
    [("motion/beta", "motion.beta"), ("motion.beta", "motion.beta"),
     ("sampling/temperature", "temperature")],
)  # fmt: skip
def test_targets_are_named_with_dots_or_slashes(tmp_path: Path, written: str, target: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(f'[[map]]\ncc = 21\ntarget = "{written}"\n')
    assert targets(load_midi_map(path), 1, 21) == [target]


def test_a_file_can_drop_the_default_table(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text("defaults = false\n" + FILE)
    assert not load_midi_map(path).defaults


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
    (PITCH + "cc14 = 1", "give one of cc and cc14"),
    (PITCH + 'port = ""', "port: ''"),
    (PITCH + 'takeover = "hold"', "takeover: 'hold' is not one of jump, pickup, scaled"),
    (PITCH + 'relative = "signed"', "relative: 'signed' is not one of twos-complement"),
    (PITCH + "step = 0.1", "step: give relative with it"),
    (PITCH + "relative = 'offset'\nstep = 0", "step: 0 is not a share"),
    ("[[map]]\ncc14 = 32\ntarget = 'x'", "cc14: 32 is not"),
    ("[[map]]\nnrpn = 16384\ntarget = 'x'", "nrpn: 16384 is not"),
    ("[[map]]\npressure = 'all'\ntarget = 'x'", "pressure: 'all' is not one of channel, keys"),
    ("[[map]]\nnrpn = 1\ntarget = 'x'\nrelative = 'offset'", "encoders send cc, not nrpn"),
    ("format = 2", "format: 2 is not 1"),
    ("[[map]]\ncc = " + 40 * "[" + 40 * "]", "nested"),
    ("[[map]]\ncc = " + 5000 * "9", "too many digits"),
    ("[[map]]\ncc = " + 400 * "9", "cc: a whole number of more than 64 bits"),
    ("[[map]]\ncc = 1\ntarget = " + 25 * "[" + 25 * "]", "target: [[["),
    ("[[map]]\ncc = '" + 9999 * "9" + "'", "... is not a controller"),
    (PITCH + "bend = true", "give one of cc and bend"),
    ("[[map]]\nbend = false\ntarget = 'x'", "bend: False is not true"),
    ("[[map]]\nnote = 128\ntarget = 'x'", "note: 128 is not a note 0..127"),
    (PITCH + 'mode = "hold"', "mode: 'hold' is not one of position, momentary, toggle"),
    (PITCH + 'relative = "offset"\nmode = "toggle"', "mode: an encoder is not pressed"),
    (PITCH + 'slot = "mix"', "slot: 'mix' is not a slot, from 1, or 'master'"),
    (PITCH + "slot = true", "slot: True"),
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
        (
            '[[map]]\ncc = 1\ntarget = "pan"\nslot = "master"',
            "no control 'pan'; there are gain, dc_block",
        ),
    ],
)
def test_targets_are_checked_against_what_is_loaded(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        load_midi_map(path).check(RecordingEngine().describe())


BINDINGS = [
    Binding("pitch", Physical("cc", 21, 3, "nanoKONTROL2 “left” \\")),
    Binding("gain", Physical("cc14", 1), 2, (-60.0, 6.5), "volume", "pickup"),
    Binding("rate", Physical("nrpn", 300), None, (1e-9, 100.0), "exponential", "scaled"),
    Binding("a.take", Physical("pressure", 0, 16)),
    Binding("b", Physical("key-pressure")),
    Binding("c", Physical("cc", 119), relative="sign-magnitude", step=0.25),
    Binding("mixer.mute", Physical("note", 36, 10), 1, mode="toggle"),
    Binding("d", Physical("note", 0)),
    Binding("gain", Physical("bend", 0, 1), 0, takeover="pickup"),
]


@pytest.mark.parametrize("defaults", [True, False])
def test_what_is_written_is_read_again(tmp_path: Path, defaults: bool) -> None:
    path = tmp_path / "new" / "learned.toml"
    write_map(path, MidiMap(tuple(BINDINGS), defaults))
    read = load_midi_map(path)
    assert [binding._replace(origin="") for binding in read.bindings] == BINDINGS
    assert read.defaults is defaults
    assert "nanoKONTROL2 “left”" in path.read_text(encoding="utf-8").replace('\\"', '"')


@pytest.mark.parametrize("binding", BINDINGS, ids=lambda binding: binding.target)
def test_an_entry_has_the_fields_of_its_binding(binding: Binding) -> None:
    assert read_entry("", entry_of(binding)) == binding


def test_a_note_is_momentary_unless_its_entry_says_otherwise() -> None:
    ways = {kind: read_entry("", {kind: 1, "target": "x"}).way for kind in ("note", "cc", "nrpn")}
    assert ways == {"note": "momentary", "cc": "position", "nrpn": "position"}
    assert read_entry("", {"note": 1, "target": "x", "mode": "position"}).way == "position"


ACTIONS = """
[[map]]
note = 36
action = "bank/recall here"
slot = 1

[[map]]
program = 5
action = 'bank/loop "the end" 0.5'
mode = "toggle"

[[map]]
cc = 21
action = "bank/morph a b"
minimum = 1
maximum = 0
"""


def test_actions_are_read_and_written_again(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(ACTIONS)
    midi_map = load_midi_map(path)
    assert [each.target for each in midi_map.bindings] == [
        "bank/recall here", 'bank/loop "the end" 0.5', "bank/morph a b",
    ]  # fmt: skip
    assert midi_map.bindings[1].physical == Physical(PROGRAM, 5)
    midi_map.check(RecordingEngine(slots=1).describe())
    write_map(path, midi_map)
    again = load_midi_map(path)
    assert [e._replace(origin="") for e in again.bindings] == [
        e._replace(origin="") for e in midi_map.bindings
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"action": "quit"}, "action: 'quit' is no action; there are bank/save, bank/recall"),
        ({"action": "os.system"}, "is no action"),
        ({"action": "bank/recall"}, "write bank/recall name [voice]"),
        ({"action": 3}, "action: 3 is not an action, such as 'bank/recall here'"),
        ({"action": "bank/recall a", "target": "pitch"}, "give either target or action"),
        ({"action": "bank/recall a", "slot": "master"}, "the master has no states"),
        ({"action": "bank/recall a", "takeover": "pickup"}, "leave out relative and takeover"),
        ({"action": "bank/morph a b", "relative": "offset"}, "leave out relative and takeover"),
        ({"action": "bank/recall a", "minimum": 0, "maximum": 1}, "takes no range"),
        ({"action": "bank/recall a", "mode": "toggle"}, "mode: only bank/loop can be momentary"),
        ({"action": "bank/loop a 1", "mode": "position"}, "mode: only bank/loop can be"),
        ({}, "target is missing: the name of a control; or an action"),
    ],
)
def test_mistakes_in_actions_are_said(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=r"^m: ") as caught:
        read_entry("m", {"cc": 20} | fields)
    assert message in str(caught.value)


def test_an_action_in_a_slot_without_a_plugin_is_refused() -> None:
    binding = read_entry("m", {"cc": 20, "action": "bank/recall a", "slot": 4})
    with pytest.raises(InputError, match="m: slot 4 has no plugin"):
        MidiMap((binding,)).check(RecordingEngine(slots=1).describe())
