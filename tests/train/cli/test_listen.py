"""`rtsynth listen` on the command line."""

import json
from pathlib import Path

import pytest

from rtsynth.cli import main
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


def test_what_cannot_be_listened_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "run")
    (run / "random.safetensors").unlink()
    assert main(["listen", str(run)]) == 2
    assert "has no plugin with a sound" in capsys.readouterr().err
    assert main(["listen", "pops", "--data", str(tmp_path / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err
