"""The commands that the window starts are ones that the trainer takes."""

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from rtsynth.cli import find_command
from rtsynth_gui.train import commands
from rtsynth_gui.train.commands import (
    clean_command,
    half_of_the_cores,
    resume_command,
    survey_command,
    train_command,
    trainer_missing,
)


def parsed(words: list[str]) -> dict[str, Any]:
    """What `rtsynth` takes from a command line."""
    assert words[:2] == ["-m", "rtsynth"]
    app = typer.Typer(add_completion=False)
    app.command()(find_command(words[2]))
    return get_command(app).make_context(words[2], words[3:]).params


def test_the_trainer_takes_them(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train = parsed(train_command(tmp_path, "texture", 10.0, run))
    assert (train["source"], train["kind"], train["time"]) == (tmp_path, "texture", "10min")
    assert (train["out"], train["background"], train["resume"]) == (run, True, False)
    assert train["threads"] == half_of_the_cores() >= 1
    assert train["start"] is None
    other = parsed(train_command(tmp_path, "note", 10.0, run, "a b.safetensors"))
    assert (other["start"], other["out"]) == ("a b.safetensors", run)
    resume = parsed(resume_command(run, 12.5))
    assert (resume["out"], resume["resume"], resume["steps"]) == (run, True, None)
    assert (resume["time"], resume["background"], resume["source"]) == ("12.500min", True, None)
    assert parsed(survey_command(tmp_path))["as_json"] is True
    assert parsed(clean_command(tmp_path, run))["out"] == run


def test_a_missing_trainer_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not trainer_missing()
    monkeypatch.setattr(commands, "PARTS", ("rtsynth", "no_such_part"))
    assert trainer_missing()
