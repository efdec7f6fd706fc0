"""What a watcher reads of a run: its lines, its end, and what a kill leaves."""

import json
import math
from pathlib import Path

import pytest

from rtsynth_train.core import progress_file
from rtsynth_train.core.progress_file import FORMAT, NAME, ProgressFile
from rtsynth_train.core.training import run_training
from tests.train.recordings import small_config, write_set


def events(run: Path) -> list[dict]:
    return [json.loads(line) for line in (run / NAME).read_text().splitlines()]


def test_a_run_tells_what_it_does_and_goes_on_in_the_same_file(tmp_path: Path) -> None:
    run, config = tmp_path / "run", small_config(write_set(tmp_path / "set", seconds=1.0))
    assert run_training(config, run, False, None, "cpu") is False
    told = events(run)
    begin, *middle, end = told
    assert (begin["event"], begin["format"], begin["steps"]) == ("begin", FORMAT, 12)
    assert (begin["unit"], begin["device"], begin["plugin"]) == ("bits", "cpu", "tiny.safetensors")
    scored = [event for event in middle if event["event"] == "step" and event["held_out"]]
    assert [event["step"] for event in scored] == [5, 10]
    assert all(0 < event["train"] < 9 and event["left_s"] >= 0 for event in scored)
    previews = [event for event in middle if event["event"] == "previews"]
    assert [event["files"] for event in previews] == [
        ["previews/step0000008.wav"], ["previews/step0000012.wav"]
    ]  # fmt: skip
    assert all((run / event["files"][0]).is_file() for event in previews)
    assert (end["event"], end["step"], end["interrupted"]) == ("end", 12, False)
    assert "bits per sample held out" in end["result"]
    assert 0 < end["held_out"] < 9
    longer = small_config(tmp_path / "set", optimiser={"steps": 14})
    run_training(longer, run, True, None, "cpu")
    again = events(run)[len(told) :]
    assert (again[0]["event"], again[0]["step"], again[0]["steps"]) == ("begin", 12, 14)
    assert again[0]["seconds"] > 0
    assert again[-1]["step"] == 14


def test_half_a_line_is_ended(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"event": "st')
    ProgressFile(tmp_path, 10, None).begin(3, 1.0)
    lines = (tmp_path / NAME).read_text().splitlines()
    assert lines[0] == '{"event": "st'
    assert json.loads(lines[1])["step"] == 3


def test_steps_are_thinned_but_scores_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(progress_file.time, "monotonic", lambda: now[0])
    watched = ProgressFile(tmp_path, 100, None)
    watched.step(1, 0.1, 3.0, None)
    watched.step(2, 0.2, 3.0, None)
    watched.step(3, 0.3, 3.0, 2.5)
    now[0] += progress_file.EVERY_S
    watched.step(4, 0.4, 3.0, None)
    assert [event["step"] for event in events(tmp_path)] == [1, 3, 4]


def test_the_end_is_estimated_by_steps_or_minutes(tmp_path: Path) -> None:
    watched = ProgressFile(tmp_path, 100, 10.0)
    watched.begin(20, 60.0)
    assert watched.left_s(20, 60.0) == 540.0
    assert watched.left_s(40, 100.0) == 120.0
    assert watched.left_s(22, 100.0) == 500.0
    assert watched.left_s(22, 700.0) == 0.0
    assert ProgressFile(tmp_path, 100, None).left_s(0, 5.0) is None


def test_a_file_that_cannot_be_written_ends_no_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / NAME).mkdir()
    watched = ProgressFile(tmp_path, 100, None)
    watched.begin(0, 0.0)
    watched.step(1, 0.1, 3.0, 2.5)
    said = capsys.readouterr().err
    assert said.count("the training goes on") == 1
    assert str(tmp_path / NAME) in said


def test_a_loss_that_is_no_number_is_null(tmp_path: Path) -> None:
    watched = ProgressFile(tmp_path, 100, None)
    watched.step(1, 0.1, math.nan, math.inf)
    watched.step(2, 0.2, 3.0, -math.inf)
    watched.end(2, math.inf, math.nan, False, "diverged")
    first, second, end = events(tmp_path)
    assert (first["train"], first["held_out"]) == (None, None)
    assert (second["train"], second["held_out"]) == (3.0, None)
    assert (end["seconds"], end["held_out"], end["result"]) == (None, None, "diverged")


def test_what_json_cannot_say_ends_no_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    endless: list[object] = []
    endless.append(endless)
    ProgressFile(tmp_path, 100, None).begin(0, 0.0, material=endless)  # a list in itself
    assert "the training goes on" in capsys.readouterr().err
