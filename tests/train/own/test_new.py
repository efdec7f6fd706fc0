"""What is proposed for a folder of recordings."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.core.recipes import parse_any
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.gru.dataset import load_recordings
from rtsynth_train.own.kinds import KINDS, kind_recipe
from rtsynth_train.own.new import propose_recipe
from rtsynth_train.own.survey import survey
from tests.train.recordings import RATE_HZ, write_set


def test_notes_become_notes(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "clarinets")
    made = propose_recipe(folder, "1h", recipe=Path("c.toml"))
    assert parse_any(tomllib.loads(made.text), "c") == parse_any(
        kind_recipe("note", survey(folder), "1h"), "c"
    )
    said = "\n".join(made.lines)
    assert "6 recordings, 4 s, 16000 Hz, mono" in said
    assert "kind: note, as the recordings have parameters (" in said
    for time in ("10 min", "> 1 h", "8 h"):
        assert f"{time} " in said
    assert "rtsynth train c.toml" in made.text
    assert "# Why: for 1 h: GRU, 4 layers of 48" in made.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_can_be_asked_for(kind: str, tmp_path: Path) -> None:
    made = propose_recipe(write_set(tmp_path / "set"), "25min", kind)
    config = parse_any(tomllib.loads(made.text), kind)
    assert (config.data.held_out_from, config.data.remove_dc) == ("sound", True)
    assert config.run.time == "25min"
    assert f"kind: {kind}, as asked for" in made.lines


def test_one_recording_is_a_texture(tmp_path: Path) -> None:
    path = tmp_path / "rain.wav"
    sf.write(path, 0.1 * np.random.default_rng(1).standard_normal((44_100, 2)), 44_100)
    made = propose_recipe(path, "10min")
    assert "kind: texture, as it is one recording" in "\n".join(made.lines)
    assert "1 recording, 1 s, 44100 Hz, stereo" in made.lines[0]
    assert tomllib.loads(made.text)["network"]["hidden_size"] == 128


def test_problems_are_said(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    sf.write(folder / "nothing_instID00.00_p60.00_a0.50.wav", np.zeros(RATE_HZ), RATE_HZ)
    assert any("nothing_instID" in line for line in propose_recipe(folder, "10min").lines)


def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--time: 'soon' is no time"):
        propose_recipe(write_set(tmp_path), "soon")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError, match="none of its recordings can be read"):
        propose_recipe(tmp_path / "broken", "1h")


def test_a_folder_whose_name_has_control_characters(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "fl\x1b[31mute\x7f ä\u0085b")
    made = propose_recipe(folder, "10min", recipe=Path("a b\x1b.toml"))
    assert tomllib.loads(made.text)["data"]["folder"] == str(folder)
    assert r"fl\x1b[31mute\x7f" in made.text
    assert r"rtsynth train 'a b\x1b.toml'" in made.text


def test_takes_without_names_train_although_one_has_no_pitch(tmp_path: Path) -> None:
    times, noise = np.arange(RATE_HZ) / RATE_HZ, np.random.default_rng(0).standard_normal(RATE_HZ)
    for number in range(11):
        hz = 220 * 2 ** (number / 12)
        sf.write(tmp_path / f"take {number}.wav", 0.4 * np.sin(2 * np.pi * hz * times), RATE_HZ)
    sf.write(tmp_path / "take 11.wav", 0.2 * noise, RATE_HZ)
    config = parse_any(tomllib.loads(propose_recipe(tmp_path, "10min").text), "takes")
    assert isinstance(config, GruTrainConfig)
    assert [each.source for each in config.conditioning] == ["measured"]
    said = list[str]()
    data = load_recordings(tmp_path, config.data, config.conditioning, 500, said.append)
    assert len(data.lengths) == 11
    assert any("left out 1 of 12 recordings" in line and "take 11.wav" in line for line in said)
    np.testing.assert_allclose(np.diff(np.sort(data.conditioning[:, 0])), 0.099, atol=0.002)
    (tmp_path / "take 10.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError, match="so far 2 of 12 cannot be used"):
        load_recordings(tmp_path, config.data, config.conditioning, 500, said.append)


def test_what_becomes_no_knob_is_said(tmp_path: Path) -> None:
    tone = 0.3 * np.sin(np.arange(RATE_HZ) * 0.2)
    for kind, note in (("low", "C3"), ("high", "C4")):
        (tmp_path / kind).mkdir()
        for take in "xy":
            sf.write(tmp_path / kind / f"{note} {take}.wav", tone, RATE_HZ)
    left_out = "  folders as classes: left out, as the recordings differ in it as they do in pitch"
    said = propose_recipe(tmp_path, "10min").lines
    assert [line.split(";")[0] for line in said if "left out" in line] == [left_out]
    other = propose_recipe(tmp_path, "1h", "loop").lines
    assert not any(line.startswith("  pitch") for line in other)
