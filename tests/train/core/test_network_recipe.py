"""A recipe of a single network: its job is opened, trained and resumed in core."""

from pathlib import Path
from typing import Any

import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_train.core.recipe import Opened, Request
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.gru.recipe import GruRecipe
from tests.train.recordings import small_config, write_set, write_tone


class Watched(GruRecipe):
    """Keeps what jobs are made from."""

    def __init__(self) -> None:
        self.opened: list[Opened] = []

    def make_job(self, config: GruTrainConfig, opened: Opened) -> Any:
        self.opened.append(opened)
        return super().make_job(config, opened)


def test_what_a_job_is_made_from(tmp_path: Path) -> None:
    recipe, folder = Watched(), write_set(tmp_path / "set")
    run, cpu = tmp_path / "run", torch.device("cpu")
    recipe.train(small_config(folder, optimiser={"steps": 1}), Request(run, cpu))
    longer = small_config(folder, optimiser={"steps": 2})
    recipe.train(longer, Request(run, cpu, resume=True))
    new, resumed = recipe.opened
    assert (new.state, new.changed, new.request.path) == (None, False, run)
    assert resumed.state is not None
    assert (resumed.changed, resumed.data_changed) == (False, False)
    wider = small_config(folder, optimiser={"steps": 3, "clip_norm": 2.0})
    with pytest.raises(InputError, match=r"optimiser\.clip_norm: 1\.0 -> 2\.0"):
        recipe.train(wider, Request(run, cpu, resume=True))
    recipe.train(wider, Request(run, cpu, resume=True, accept=True))
    assert (recipe.opened[-1].changed, recipe.opened[-1].data_changed) == (True, False)
    write_tone(folder, 0.0, 65.0, 1.0, 0.6)
    recipe.train(wider, Request(run, cpu, resume=True, accept=True))
    assert (recipe.opened[-1].changed, recipe.opened[-1].data_changed) == (True, True)
