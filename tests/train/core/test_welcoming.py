"""What several processes cannot train; what the others are given: `test_joining`."""

from pathlib import Path

import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_train.core.ranks import ALONE
from rtsynth_train.core.recipes import parse_any, read_recipe, recipe_of
from rtsynth_train.core.welcoming import check_shared
from rtsynth_train.gru.config import GruTrainConfig
from tests.train.core.told import Told
from tests.train.recordings import small_config, write_set

CPU = torch.device("cpu")


@pytest.fixture
def config(tmp_path: Path) -> GruTrainConfig:
    return small_config(write_set(tmp_path / "set", seconds=1.0))


def test_a_stack_of_tiers_is_trained_in_one_process() -> None:
    stack = parse_any(read_recipe("pops"), "pops")
    check_shared(recipe_of(stack), ALONE, CPU)
    with pytest.raises(InputError, match=r"\[tiers\] is trained in one process so far; start it"):
        check_shared(recipe_of(stack), Told(), CPU)


def test_several_processes_do_not_train_on_mps(config: GruTrainConfig) -> None:
    mps = torch.device("mps")
    check_shared(recipe_of(config), ALONE, mps)
    with pytest.raises(InputError, match=r"^--device mps: trains in one process, .*--device cpu$"):
        check_shared(recipe_of(config), Told(), mps)
