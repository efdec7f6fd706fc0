"""Automation of any kind: files that are none, and the parameters that they move."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.automation import knobs_of, read_automation
from tests.rtsynth.offline.moves import PLUGIN, told
from tests.rtsynth.offline.test_automation_csv import refused
from tests.rtsynth.plugins import tiers_plugin


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    refused(tmp_path / "a.csv", "cannot be read (No such file")
    refused(tmp_path / "a.mid", "cannot be read (No such file")
    with pytest.raises(InputError, match="cannot be read"):
        read_automation(f"{tmp_path}/a.npy:100", PLUGIN)
    refused(tmp_path / "a.txt", "automation is a .csv, .npy, .params or .mid file")


def test_generated_parameters_are_no_columns(tmp_path: Path) -> None:
    three = tiers_plugin()
    assert [knob.name for knob in knobs_of(three)] == ["fill"]
    np.save(tmp_path / "a.npy", np.array([0.25, 0.75]))
    assert told(read_automation(f"{tmp_path}/a.npy:2", three)) == [
        (0.0, "fill", 0.25), (0.5, "fill", 0.75),
    ]  # fmt: skip
    # A .csv may name them: that takes them over.
    (tmp_path / "a.csv").write_text("time_s,centroid,centroid.take,motion.beta\n0,3000,,2\n1,,0,\n")
    assert told(read_automation(tmp_path / "a.csv", three)) == [
        (0.0, "centroid", 3000.0), (0.0, "motion.beta", 2.0), (1.0, "centroid.take", 0.0),
    ]  # fmt: skip
