"""How long a rendering is, and what moves in each of a batch."""

import re
from pathlib import Path

import pytest

from rtsynth.cli.render_moves import RELEASE_S, MidiFlags, Moves, read_moves
from rtsynth.common.errors import InputError
from rtsynth.host.voicing_choice import VoicingChoice
from rtsynth.plugin import load
from tests.rtsynth.control.midi_bytes import midi, track


@pytest.mark.parametrize(
    ("rows", "seconds", "length_s"), [(None, 1.5, 1.5), (8000, None, 0.5), (8000, 0.25, 0.25)]
)
def test_length(rows: int | None, seconds: float | None, length_s: float) -> None:
    assert Moves(rows=rows).length_s(seconds, 16_000) == length_s


@pytest.mark.parametrize(
    ("rows", "seconds", "problem"),
    [
        (None, None, "--seconds: is missing"),
        (8000, 0.6, "a.csv: has 8000 rows, 0.5 s at 16000 Hz: too few for --seconds 0.6"),
    ],
)
def test_no_length(rows: int | None, seconds: float | None, problem: str) -> None:
    with pytest.raises(InputError, match=re.escape(problem)):
        Moves(rows=rows, file="a.csv").length_s(seconds, 16_000)


def test_without_a_file_nothing_moves(plugin_path: Path) -> None:
    assert read_moves(None, load(plugin_path), count=3) == [Moves()] * 3


def test_every_rendering_of_a_batch_has_its_moves(plugin_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time_s,pitch\n0,65\n0.5,70\n")
    first, second = read_moves(str(path), load(plugin_path), count=2)
    assert list(first.events) == list(second.events) != []
    assert first.file == str(path)
    assert first.rows is None


def test_a_midi_file_has_a_length(plugin_path: Path, tmp_path: Path) -> None:
    """That of its longest track, and time for the last notes to end."""
    path = tmp_path / "a.mid"
    path.write_bytes(midi(track((0, 0x90, 69, 100), (500, 0x80, 69, 0)), track((2000, 0xB0, 1, 0))))
    (moves,) = read_moves(str(path), load(plugin_path))
    assert moves.length_s(None, 16_000) == pytest.approx(2.0 + RELEASE_S)
    assert moves.length_s(0.25, 16_000) == 0.25
    assert moves.length_s(None, 16_000, {"release": 500.0}) == pytest.approx(2.0 + RELEASE_S)
    assert moves.length_s(None, 16_000, {"release": 6000.0}) == pytest.approx(2.0 + 6.1)


def test_a_midi_map_moves_what_it_says(plugin_path: Path, tmp_path: Path) -> None:
    path, table = tmp_path / "a.mid", tmp_path / "map.toml"
    path.write_bytes(midi(track((0, 0xB0, 21, 127))))
    table.write_text('[[map]]\ncc = 21\ntarget = "pitch"\nminimum = 66\nmaximum = 68\n')
    plugin = load(plugin_path)
    (plain,) = read_moves(str(path), plugin)
    (mapped,) = read_moves(str(path), plugin, midi=MidiFlags(str(table)))
    assert [event.name for event in plain.events] == ["gate"]
    assert [(event.name, event.value) for event in mapped.events] == [("gate", 0), ("pitch", 68)]


@pytest.mark.parametrize("file", [None, "a.csv"])
@pytest.mark.parametrize(
    ("midi", "flag"),
    [
        (MidiFlags("m.toml"), "--midi-map m.toml"),
        (MidiFlags(mpe="lower"), "--mpe lower"),
        (MidiFlags(voicing=VoicingChoice(velocity="hard")), "--velocity hard"),
    ],
)
def test_how_notes_are_played_is_for_midi_files(
    plugin_path: Path, file: str | None, midi: MidiFlags, flag: str
) -> None:
    with pytest.raises(InputError, match=f"{flag}: is for a MIDI file"):
        read_moves(file, load(plugin_path), midi=midi)
