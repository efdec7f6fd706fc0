"""What is found in a folder: facts, parameters, problems with remedies, and which of them a copy is
without."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from rtsynth.common.errors import InputError
from rtsynth_train.own.survey import survey
from tests.train.recordings import RATE_HZ, write_set

TONE = 0.5 * np.sin(np.arange(RATE_HZ) * 0.2)


def test_a_good_set_has_no_problems_and_its_parameters(tmp_path: Path) -> None:
    found = survey(write_set(tmp_path))
    assert [each.seconds for each in found.recordings] == [0.6] * 6
    assert (found.seconds, found.problems, found.kind) == (pytest.approx(3.6), [], "note")
    assert found.parameters == {"instid": (0.0, 1.0), "pitch": (64.0, 76.0)}  # a is one
    table = json.loads(json.dumps(found.as_table()))
    assert table["format"] == 1
    assert table["parameters"]["pitch"] == [64.0, 76.0]
    assert table["recordings"][0]["parameters"]["a"] == 0.5


def test_problems_are_named_and_those_a_copy_is_without(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.tile(TONE, (2, 2)).T, 44100)
    sf.write(tmp_path / "b.wav", 0 * TONE, RATE_HZ)
    sf.write(tmp_path / "c.wav", TONE[:900], RATE_HZ)
    sf.write(tmp_path / "d.wav", np.clip(3 * TONE, -1, 1), RATE_HZ)
    (tmp_path / "e.wav").write_bytes(b"RIFF and then nothing of use")
    sf.write(tmp_path / "f.wav", TONE, RATE_HZ)
    found = survey(tmp_path)
    kinds = {(p.recording, p.kind): p for p in found.problems}
    assert kinds.keys() == {
        ("a.wav", "another rate"), ("a.wav", "several channels"), ("b.wav", "silent"),
        ("c.wav", "too short"), ("d.wav", "clipped"), ("e.wav", "unreadable"),
    }  # fmt: skip
    assert [p.kind for p in found.problems if not p.cleaned] == ["clipped"]
    assert {p.kind for p in found.problems if p.refused} == {"silent", "too short", "unreadable"}
    assert all(";" in p.text or p.kind in ("too short", "unreadable") for p in found.problems)
    assert (found.kind, found.parameters, found.curves) == ("texture", {}, False)


def test_one_file_and_none(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", TONE, RATE_HZ)
    assert [each.name for each in survey(tmp_path / "a.wav").recordings] == ["a.wav"]
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="no audio files in it"):
        survey(tmp_path / "none")


def test_a_csv_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", TONE, RATE_HZ)
    sf.write(tmp_path / "b.wav", TONE, RATE_HZ)
    (tmp_path / "a.csv").write_text("0\n" * RATE_HZ)
    assert [p.kind for p in survey(tmp_path).problems] == ["conditioning"]
    (tmp_path / "b.csv").write_text("1\n" * RATE_HZ)
    assert survey(tmp_path).curves


def test_parameters_are_those_of_the_recipe_that_is_proposed(tmp_path: Path) -> None:
    for note in ("C4", "E4", "A4"):
        (tmp_path / note).mkdir()
        sf.write(tmp_path / note / "take.wav", TONE, RATE_HZ)
    found = survey(tmp_path)
    assert (found.kind, found.parameters) == ("note", {"pitch": (60.0, 69.0)})
    (tmp_path / "parameters.csv").write_text("file,bright\nC4/take,1\nE4/take,0\nA4/take,x\n")
    found = survey(tmp_path)
    assert [(p.kind, p.refused) for p in found.problems] == [("conditioning", False)]
    assert "parameters.csv:4: bright: 'x' is not a finite number" in found.problems[0].text
    assert (found.kind, found.parameters) == ("texture", {})
