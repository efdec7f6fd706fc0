"""`rtsynth survey` and `rtsynth clean` on the command line."""

import json
from pathlib import Path

import pytest
import soundfile as sf

from rtsynth.cli import main
from tests.train.recordings import write_set


def test_a_survey_as_text_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path)
    assert main(["survey", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "6 recordings, 0.1 min, 16000 Hz" in said
    assert "parameter pitch: 64 to 76" in said
    assert "--kind note" in said
    assert main(["survey", str(tmp_path), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["recordings"]) == 6
    assert main(["survey", str(tmp_path / "none")]) == 2


def test_clean_copies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path / "set")
    out = tmp_path / "out"
    assert main(["clean", str(tmp_path / "set"), str(out), "--rate-hz", "12000"]) == 0
    assert "6 recordings" in capsys.readouterr().out
    assert {sf.info(str(path)).samplerate for path in out.iterdir()} == {12_000}
    assert main(["clean", str(out), str(out)]) == 2
    assert "is the folder of the recordings" in capsys.readouterr().err
