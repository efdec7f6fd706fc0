"""Run folders of earlier versions resume.

`fixtures/old_runs` holds runs of six steps of November 2026, made before the trainers shared their
checkpoints and averages; the losses below are those of that version after nine.
"""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import rtsynth
from rtsynth_train.cli.train import read_request
from rtsynth_train.core.training import run_training
from tests.places import FIXTURES
from tests.train import recordings
from tests.train.samplernn import sets as samplernn_sets
from tests.train.tiers import sets as tier_sets

NAMES = {"gru": ".", "tiers": "audio", "samplernn": "."}  # and where losses.csv is
SETS: dict[str, Callable[[Path], Path]] = {
    "gru": recordings.write_set,
    "tiers": tier_sets.write_set,
    "samplernn": samplernn_sets.write_classes,
}
LOSSES_AFTER_NINE = {
    "gru": {"train_bits": 5.76554, "held_out_bits": 5.7936},
    "tiers": {"train_bits": 4.811659, "held_out_bits": 4.840805},
    "samplernn": {"train_bits": 4.979827, "validation_bits": 5.031296},
}


@pytest.mark.parametrize("name", NAMES)
def test_an_old_run_goes_on_as_it_would_have(name: str, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(FIXTURES / "old_runs" / name, run)
    folder = SETS[name](tmp_path / "set")
    config, _ = read_request(folder, None, run, True, {"optimiser": {"steps": 9}})
    assert run_training(config, run, True, None, "cpu") is False
    assert json.loads((run / "config.json").read_text())["run"]["precision"] == "medium"
    with (run / NAMES[name] / "losses.csv").open() as file:
        row = list(csv.DictReader(file))[-1]
    assert row["step"] == "9"
    for column, loss in LOSSES_AFTER_NINE[name].items():
        # Another processor rounds otherwise; a forgotten average or state is off by 0.01.
        assert float(row[column]) == pytest.approx(loss, abs=1e-4)
    assert rtsynth.load(run / "tiny.safetensors").manifest.provenance.steps == 9


@pytest.mark.parametrize("name", NAMES)
def test_a_checkpoint_has_the_entries_it_had(name: str, tmp_path: Path) -> None:
    """So that a run also goes back to an earlier version."""
    run = tmp_path / "run"
    shutil.copytree(FIXTURES / "old_runs" / name, run)
    path = run / NAMES[name] / "checkpoint.pt"
    before = torch.load(path, weights_only=True)
    folder = SETS[name](tmp_path / "set")
    config, _ = read_request(folder, None, run, True, {"optimiser": {"steps": 7}})
    run_training(config, run, True, None, "cpu")
    after = torch.load(path, weights_only=True)
    assert after.keys() == before.keys()
    assert after["average"].keys() == before["average"].keys()
