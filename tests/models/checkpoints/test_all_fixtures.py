"""Every checkpoint of the five systems that is here: imported, it answers as its system does."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import rtsynth
from rtsynth.plugin import Plugin, save
from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.systems import read_checkpoint
from tests.models.checkpoints.mtcrnn_fixtures import golden_outputs
from tests.places import FIXTURES

FOLDER = FIXTURES
TOLERANCE = 1e-4  # of the largest output, or of 1 where that is more

Golden = dict[str, np.ndarray]


class Given(NamedTuple):
    """What the system was given, as `teacher_force` takes it, and what it answered."""

    inputs: np.ndarray
    conditioning: np.ndarray | None
    answers: np.ndarray
    state: np.ndarray | None = None
    flags: ImportFlags = ImportFlags()


def _of_mtcrnn(golden: Golden) -> Given:
    answers = golden_outputs(golden)
    if "codes" in golden:
        levels, width = answers.shape[1], golden["inputs"].shape[1]
        heard = levels if width > levels else 1  # one-hot, or a number
        return Given(golden["codes"], golden["inputs"][:, heard:], answers)
    made = answers.shape[-1]
    return Given(golden["inputs"][:, :made], golden["inputs"][:, made:], answers)


def _of_rnncontrol(golden: Golden) -> Given:
    return Given(golden["codes"], golden["cond"], golden["logits"], golden["hidden0"])


def _of_theano(golden: Golden) -> Given:
    return Given(golden["codes"], golden.get("cond"), golden["logits"])


def _of_torch(golden: Golden) -> Given:
    limits = (float(golden["q_max"]), float(golden["q_min"]))  # the system has them swapped
    return Given(golden["codes"], None, golden["logits"], flags=ImportFlags(limits))


SYSTEMS: dict[str, Callable[[Golden], Given]] = {
    "mtcrnn": _of_mtcrnn,
    "rnncontrol": _of_rnncontrol,
    "samplernn_theano": _of_theano,
    "samplernn_torch": _of_torch,
}
FIXTURES = sorted(file.parent for file in FOLDER.glob("*/*/golden.npz"))
COUNTS = {"mtcrnn": 11, "rnncontrol": 1, "samplernn_theano": 6, "samplernn_torch": 1}


def test_none_is_missing() -> None:
    systems = [folder.parent.name for folder in FIXTURES]
    assert {system: systems.count(system) for system in systems} == COUNTS


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_it_answers_as_its_system_does(folder: Path, tmp_path: Path) -> None:
    """As a plugin file, read back; and it plays."""
    with np.load(folder / "golden.npz") as file:
        given = SYSTEMS[folder.parent.name](dict(file))
    save(tmp_path / "x.safetensors", *read_checkpoint(folder, flags=given.flags))
    plugin = rtsynth.load(tmp_path / "x.safetensors")
    answers, _ = rtsynth.teacher_force(plugin, given.inputs, given.conditioning, given.state)
    assert answers.shape == given.answers.shape
    largest = float(np.abs(given.answers).max())
    off = float(np.abs(answers - given.answers).max())
    print(f"{folder.parent.name}/{folder.name}: off by {off:.1e}, largest output {largest:.1f}")
    assert off <= TOLERANCE * max(largest, 1.0)
    if plugin.manifest.codec is not None:
        _plays(plugin)


def _plays(plugin: Plugin) -> None:
    """It makes sound, the same each time; other settings of its parameters make another."""
    heard = rtsynth.render(plugin, 0.1, seed=1)
    assert heard.shape == (1600,)
    assert np.abs(heard).max() <= 1
    assert len(np.unique(heard)) > 10
    np.testing.assert_array_equal(rtsynth.render(plugin, 0.1, seed=1), heard)
    moved = {parameter.name: parameter.maximum for parameter in plugin.parameters}
    if moved:
        assert (rtsynth.render(plugin, 0.1, controls=moved, seed=1) != heard).any()
