"""What a folder of recordings is proposed to be conditioned on."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.core.table import TABLE
from rtsynth_train.gru.config import parse_gru
from rtsynth_train.own.parameters import Proposal, propose

HZ = 44_100


def write(folder: Path, name: str, pitch: float = 60.0, level: float = 0.3) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    hz = 440 * 2 ** ((pitch - 69) / 12)
    audio = level * np.sin(2 * np.pi * hz * np.arange(HZ // 2) / HZ)
    sf.write(folder / name, np.stack([audio, audio], axis=1), HZ)


def proposed(folder: Path, **options: bool) -> list[Proposal]:
    """What is proposed, which a recipe has to take as it is."""
    found = propose(folder, **options)
    if found:
        raw = {"plugin": {"name": "x"}, "conditioning": [each.table for each in found]}
        assert len(parse_gru(raw, "test").conditioning) == len(found)
    return found


def test_notes_and_dynamics_in_subfolders(tmp_path: Path) -> None:
    for kind in ("flute", "horn"):
        for note, pitch in (("C4", 60), ("F#4", 66), ("Bb4", 70)):
            for dynamic in ("pp", "ff"):
                write(tmp_path, f"{kind}/{note}_{dynamic}.flac", pitch)
    pitch, level, kind = proposed(tmp_path, measure=False)
    assert pitch.table == {
        "from": "name", "pattern": "note", "name": "pitch", "unit": "MIDI", "role": "pitch",
        "minimum": 60.0, "maximum": 70.0, "default": 65.0,
    }  # fmt: skip
    assert pitch.why == "notes in the names: 60 to 70, 3 values"
    assert (level.table["minimum"], level.table["maximum"]) == (0.25, 0.875)
    assert kind.table["labels"] == ["flute", "horn"]
    assert kind.table["role"] == "class"


def test_names_that_say_nothing_are_measured(tmp_path: Path) -> None:
    for number, pitch in enumerate((60, 64.5, 72)):
        write(tmp_path, f"take {number + 1}.flac", pitch, 0.5 / 4**number)
    pitch, loudness = proposed(tmp_path)
    assert (pitch.table["from"], pitch.table["role"]) == ("measured", "pitch")
    assert pitch.table["minimum"] == pytest.approx(59.95, abs=0.02)
    assert pitch.table["maximum"] == pytest.approx(72.05, abs=0.02)
    assert loudness.table["role"] == "amplitude"
    assert proposed(tmp_path, measure=False) == []


def test_a_table_comes_first(tmp_path: Path) -> None:
    for name, pitch in (("C4", 60), ("E4", 64), ("G4", 67)):
        write(tmp_path, f"{name}_v{pitch}.flac", pitch)
    (tmp_path / TABLE).write_text("file,bright,who\nC4_v60,0.1,me\nE4_v64,0.9,me\nG4_v67,0.1,me\n")
    bright, pitch = proposed(tmp_path)
    assert bright.table["name"] == "bright"
    assert (pitch.table["pattern"], pitch.table["role"]) == ("note", "pitch")  # v says the same


def test_decimal_fields_and_numbers_behind_letters(tmp_path: Path) -> None:
    for pitch in (60, 62):
        for velocity in (30, 90):
            write(tmp_path, f"x_p{pitch}.00_vel{velocity}_7.flac", pitch)
    pitch, velocity = proposed(tmp_path, measure=False)
    assert (pitch.table["field"], velocity.table["field"]) == ("p", "vel")
    assert velocity.table["role"] == "amplitude"


def test_recordings_that_are_alike(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"rain {number}.flac")
    assert proposed(tmp_path) == []
    write(tmp_path / "one", "alone.flac")
    assert proposed(tmp_path / "one") == []


def test_every_recording_has_its_own_value_of_two_parameters(tmp_path: Path) -> None:
    values = [(60, 0.31), (62, 0.12), (64, 0.57), (67, 0.4)]
    for pitch, level in values:
        write(tmp_path / "names", f"x_p{pitch}.00_a{level:.2f}.flac", pitch)
    said = list[str]()
    pitch, amplitude = propose(tmp_path / "names", measure=False, say=said.append)
    assert (pitch.table["field"], amplitude.table["field"]) == ("p", "a")
    assert said == []
    for name in ("one", "two", "three"):
        write(tmp_path / "table", f"{name}.flac")
    table = tmp_path / "table" / TABLE
    table.write_text("file,pitch,brightness\none,64,0.2\ntwo,65.5,0.3\nthree,62,0.25\n")
    assert [each.table["name"] for each in proposed(tmp_path / "table", measure=False)] == [
        "pitch", "brightness",
    ]  # fmt: skip


def test_a_table_that_is_faulty_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, f"{name}.flac")
    (tmp_path / TABLE).write_text("file,who,pitch\none,J. Doe,60\ntwo,me,6O\n")
    with pytest.raises(InputError, match=r"parameters\.csv:3: pitch: '6O' is not a finite number"):
        propose(tmp_path)
    (tmp_path / TABLE).write_text("file,pitch\none,60\n")
    with pytest.raises(InputError, match=r"parameters\.csv: no line for two\.flac"):
        propose(tmp_path)
    (tmp_path / TABLE).write_text("file;who;pitch\none;J. Doe;60,5\ntwo;me;62\n")
    assert [each.table["maximum"] for each in proposed(tmp_path, measure=False)] == [62.0]


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    takes, hertz, said = tmp_path / "takes", tmp_path / "hertz", list[str]()
    for number, (note, hz) in enumerate((("C4", 261.6), ("E4", 329.6), ("G4", 392.0))):
        write(hertz, f"{note}_hz{hz}.flac")
        for take in "xy":
            write(takes, f"{note} {take} v{number * 10}.flac")
    (pitch,) = propose(hertz, measure=False, say=said.append)  # in the same order
    assert pitch.table["field"] == "hz"
    assert said == [
        "notes in the names: left out, as the recordings differ in it as they do in hz; add it to"
        " the recipe if it is to be a knob, too"
    ]
    said.clear()
    (pitch,) = propose(takes, measure=False, say=said.append)
    assert pitch.table["pattern"] == "note"
    assert [line.split(":")[0] for line in said] == ["v and a number in the names"]
    write(takes, "A 4 v50.flac")
    said.clear()
    (velocity,) = propose(takes, measure=False, say=said.append)
    assert velocity.table["field"] == "v"
    assert said == ["notes in the names: left out, as 1 of 7 recordings have none"]
    write(takes, "D5 v60_p60.00.flac")
    write(takes, "D#5 v70_p61.00.flac")
    said.clear()
    propose(takes, measure=False, say=said.append)
    assert len(said) == 1  # two names of nine with a field say nothing
