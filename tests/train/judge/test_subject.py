"""Runs and plugins are read for what is known of them."""

import json
from pathlib import Path

import pytest

from rtsynth.common.errors import InputError, RtsynthError
from rtsynth_train.core.sound_rules import SoundRules
from rtsynth_train.judge.subject import read_run, read_subjects
from tests.rtsynth.plugins import random_plugin
from tests.train.judge.runs import write_losses, write_run
from tests.train.recordings import write_set


def test_a_run_with_its_plugin(tmp_path: Path) -> None:
    (subject,) = read_subjects([str(write_run(tmp_path / "run", write_set(tmp_path / "set")))])
    facts = subject.facts
    assert (subject.name, facts["network"], facts["unit"]) == ("run", "gru 2x20", "bits")
    assert (facts["steps"], facts["seconds"]) == (600, 360.0)
    assert facts["best_held_out"] <= facts["held_out"]
    assert facts["weights"] == sum(tensor.size for tensor in subject.plugin.tensors.values())
    assert subject.warnings == (
        "instrument: nothing recorded between 0 and 1; what it plays there is a guess",
        "amplitude: nothing recorded between 0.5 and 1, 0.1 and 0.5; what it plays there is a"
        " guess",
        "pitch: nothing recorded between 64 and 70, 70 and 76; what it plays there is a guess",
    )


def test_recordings_that_are_not_there_are_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_run(tmp_path / "run", Path("set"))  # relative, as in a recipe
    monkeypatch.chdir(tmp_path)
    (subject,) = read_run(run)
    assert subject.recordings == []
    (line,) = subject.warnings
    assert line.startswith(f"recordings not found at {tmp_path / 'set'}")
    write_set(tmp_path / "set")
    (subject,) = read_run(run)
    assert subject.missing is None
    assert len(subject.recordings) == 6


def test_how_a_run_takes_its_recordings_and_what_it_holds_out(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run")
    (subject,) = read_run(run)
    assert (subject.rules, subject.facts["held_out_by"]) == (SoundRules(), None)
    assert subject.facts["codec"] == "mu_law_round, 256 levels, -1 to 1"
    config = json.loads((run / "config.json").read_text())
    config["data"] |= {"channels": 2, "held_out": 0.2, "held_out_from": "sound", "rate_hz": 8000}
    (run / "config.json").write_text(json.dumps(config))
    (subject,) = read_run(run)
    assert subject.rules == SoundRules(channels=2, held_out_from="sound")
    assert subject.facts["held_out_by"] == "held_out 0.2, channels 2, held_out_from sound"
    config["data"]["level"] = "loud"
    (run / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"config.json: data: level"):
        read_run(run)


def test_overfitting_is_among_the_warnings(tmp_path: Path) -> None:
    (subject,) = read_run(write_run(tmp_path / "run", rise=0.02))
    assert len(subject.warnings) == 1
    assert subject.warnings[0].startswith("overfitting")


def test_a_plugin_alone_and_a_run_without_one(tmp_path: Path) -> None:
    random_plugin(tmp_path / "a.safetensors")
    run = write_run(tmp_path / "run")
    (run / "random.safetensors").unlink()
    plugin, begun = read_subjects([str(tmp_path / "a.safetensors"), str(run)])
    assert plugin.facts["seconds"] is None
    assert plugin.facts["best_held_out"] is None
    assert begun.plugin is None
    assert begun.facts["weights"] is None
    assert begun.facts["steps"] == 600


def test_names_that_are_the_same_get_numbers(tmp_path: Path) -> None:
    texts = [str(write_run(tmp_path / place / "run")) for place in ("a", "b")]
    assert [subject.name for subject in read_subjects(texts)] == ["run", "run (2)"]


def test_a_training_of_several_tiers(tmp_path: Path) -> None:
    for name in ("top", "audio"):
        write_run(tmp_path / "stack" / name)
    assert [subject.name for subject in read_run(tmp_path / "stack")] == ["audio", "top"]


def test_what_is_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the folder of a training run"):
        read_run(tmp_path)
    write_losses(tmp_path / "losses.csv", [1], [1])
    with pytest.raises(InputError, match=r"config\.json"):
        read_run(tmp_path)
    with pytest.raises(RtsynthError, match="nothing-of-this-name"):
        read_subjects(["nothing-of-this-name"])
