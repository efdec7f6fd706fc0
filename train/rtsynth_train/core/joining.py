"""How the other processes of a training get what rank 0 has read: its recipe, state and schedule.

They need the recordings, where rank 0 has them, and nothing else of its disk.
"""

import socket
from pathlib import Path
from typing import Any

import torch

from rtsynth.common.errors import InputError
from rtsynth.common.remarks import keep_quiet
from rtsynth_train.core.config import Config
from rtsynth_train.core.cores import limited_threads
from rtsynth_train.core.fingerprint import Checked, check_same_files
from rtsynth_train.core.job import Job
from rtsynth_train.core.joined import JoinedRanks
from rtsynth_train.core.network_recipe import NetworkRecipe
from rtsynth_train.core.orders import follow
from rtsynth_train.core.precision import matrix_precision
from rtsynth_train.core.ranks import ALONE, Ranks, count_here
from rtsynth_train.core.recipe import Opened, Recipe, Request
from rtsynth_train.core.recipes import parse_any, recipe_of
from rtsynth_train.core.run_folder import divergence_as_error

LABEL = "what the first process has read"  # of a configuration


def ranks_on(device: torch.device) -> Ranks:
    """The processes that this one was started with, which train on devices of this kind.

    Raises:
        EngineError: they do not come.
    """
    return ALONE if count_here() == 1 else JoinedRanks(device)


def check_shared(recipe: Recipe[Any], ranks: Ranks, device: torch.device) -> None:
    """InputError where several processes were started for what one has to train."""
    if max(ranks.size, count_here()) == 1:
        return
    if device.type == "mps":
        raise InputError(
            "--device mps: trains in one process, as PyTorch exchanges nothing between MPS devices;"
            " start it without torchrun, or with --device cpu"
        )
    if not recipe.in_ranks:
        raise InputError(
            f"a recipe with [{recipe.section}] is trained in one process so far; start it without"
            " torchrun"
        )


def welcome(config: Config, request: Request, checked: Checked, job: Job[Any]) -> None:
    """Give the others what they need before the first step; what they lack ends all."""
    ranks = request.ranks
    if ranks.size == 1:
        return
    ranks.told(
        {
            "config": config.model_dump(), "path": str(request.path),
            "device": request.device.type, "files": checked.fingerprint.digests,
            "changed": checked.changed, "data_changed": checked.data_changed,
        }
    )  # fmt: skip
    ranks.told_state(job.state_dict())


def follow_training(device: torch.device, ranks: Ranks) -> bool:
    """Train what rank 0 trains, as it orders; whether somebody asked to stop.

    Raises:
        InputError: this process lacks the recordings, or the device, of the first one.
        EngineError: the loss became infinite, or another process has ended.
    """
    told = ranks.told()
    config = parse_any(told["config"], LABEL)
    recipe, path = recipe_of(config), Path(told["path"])
    assert isinstance(recipe, NetworkRecipe)
    here = f"process {ranks.rank + 1} of {ranks.size}, on {socket.gethostname()}"
    if told["device"] != device.type:
        raise InputError(
            f"{here}: trains on {device.type}, the first on {told['device']}; give all of them"
            " the same --device"
        )
    with limited_threads(config.run.threads), matrix_precision(config):
        check_same_files(recipe, config, path, told["files"], here)
        request = Request(path, device, ranks=ranks)
        opened = Opened(request, None, keep_quiet, told["changed"], told["data_changed"])
        job = recipe.make_job(config, opened)
        job.join(ranks.told_state(None))
        with divergence_as_error(path):
            return follow(job, ranks)
