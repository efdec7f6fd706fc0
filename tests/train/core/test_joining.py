"""A process that joins a training; with its whole training: `tests/train/cli`."""

from pathlib import Path
from typing import Any

import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_train.core.fingerprint import check_run
from rtsynth_train.core.joining import follow_training, ranks_on
from rtsynth_train.core.orders import digest_of
from rtsynth_train.core.ranks import ALONE
from rtsynth_train.core.recipe import Opened, Request
from rtsynth_train.core.recipes import recipe_of
from rtsynth_train.core.welcoming import welcome
from rtsynth_train.gru.config import GruTrainConfig
from rtsynth_train.gru.job import GruJob
from tests.train.core.told import Told
from tests.train.recordings import small_config, write_set

CPU = torch.device("cpu")


@pytest.fixture
def config(tmp_path: Path) -> GruTrainConfig:
    return small_config(write_set(tmp_path / "set", seconds=1.0))


def welcomed(config: GruTrainConfig, run: Path) -> tuple[list[Any], GruJob]:
    """What the first process has told, and its job."""
    ranks, recipe = Told(), recipe_of(config)
    request = Request(run, CPU, ranks=ranks)
    job = recipe.make_job(config, Opened(request, None, print))
    welcome(config, request, check_run(recipe, config, request), job)
    return ranks.memory, job


def test_it_gets_the_state_of_the_first(
    config: GruTrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, first = welcomed(config, tmp_path / "run")
    first.trainer.network.i2h.bias.data += 1.0  # before the second one asks
    joined = list[GruJob]()

    def join(self: GruJob, state: dict[str, Any]) -> None:
        original(self, state)
        joined.append(self)

    original = GruJob.join
    monkeypatch.setattr(GruJob, "join", join)
    memory.append({"order": "end", "interrupted": False})
    assert follow_training(CPU, Told(memory)) is False
    assert digest_of(joined[0].state_dict()) == digest_of(first.state_dict())
    assert not (tmp_path / "run").exists()


def test_it_needs_the_same_recordings(config: GruTrainConfig, tmp_path: Path) -> None:
    memory, _ = welcomed(config, tmp_path / "run")
    first, second, *_ = sorted((tmp_path / "set").iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:-2000])
    with pytest.raises(InputError) as caught:
        follow_training(CPU, Told(memory))
    text = str(caught.value)
    assert text.startswith("process 2 of 2, on ")
    assert f"({first.name} is gone; {second.name} is another)" in text


def test_it_needs_the_same_kind_of_device(config: GruTrainConfig, tmp_path: Path) -> None:
    memory, _ = welcomed(config, tmp_path / "run")
    with pytest.raises(InputError, match="trains on cuda, the first on cpu; give all"):
        follow_training(torch.device("cuda"), Told(memory))


def test_one_process_has_none_to_join(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert ranks_on(CPU) is ALONE
