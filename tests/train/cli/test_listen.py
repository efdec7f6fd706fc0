"""`rtsynth listen` on the command line."""

import json
from pathlib import Path

import pytest

from rtsynth.cli import main
from tests.rtsynth.plugins import random_plugin
from tests.train.judge.runs import write_run
from tests.train.recordings import write_set


def test_a_run_is_listened_to_against_its_recordings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(write_run(tmp_path / "run", write_set(tmp_path / "set")))
    assert main(["listen", run, "--points", "1", "--json"]) == 0
    table = json.loads(capsys.readouterr().out)
    assert table["plugin"] == "run"
    assert table["pitch_cents"]["unit"] == "cents"
    assert table["hiss_db"]["points"]["points"] == 1
    assert table["event_rate"] is None
    assert main(["listen", run, "--points", "1", "--check"]) == 1
    said = capsys.readouterr().out
    assert "pitch_cents" in said
    assert "off the recording's level" in said


def test_a_check_names_what_was_not_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run", tmp_path / "gone")
    assert main(["listen", str(run), "--points", "1", "--check"]) == 1
    said = capsys.readouterr().err
    assert f"recordings not found at {tmp_path / 'gone'}" in said
    assert "run: not judged, as no recording says what it should be: level_db, harmonic" in said
    assert "pitch_cents" not in said
    texture = tmp_path / "texture.safetensors"
    random_plugin(texture, parameters=[], name="texture")
    assert main(["listen", str(texture)]) == 0
    assert main(["listen", str(texture), "--check"]) == 1
    assert "texture: nothing was judged" in capsys.readouterr().err


def test_what_cannot_be_listened_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "run")
    (run / "random.safetensors").unlink()
    assert main(["listen", str(run)]) == 2
    assert "has no plugin with a sound" in capsys.readouterr().err
    assert main(["listen", "pops", "--data", str(tmp_path / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err
