"""The other processes of a training: they get what rank 0 has read, and do what it orders."""

import socket
from pathlib import Path

import torch

from rtsynth.common.errors import InputError
from rtsynth.common.remarks import keep_quiet
from rtsynth_train.core.cores import limited_threads
from rtsynth_train.core.fingerprint import check_same_files
from rtsynth_train.core.joined import JoinedRanks
from rtsynth_train.core.network_recipe import NetworkRecipe
from rtsynth_train.core.orders import follow
from rtsynth_train.core.precision import matrix_precision
from rtsynth_train.core.ranks import ALONE, Ranks, count_here
from rtsynth_train.core.recipe import Opened, Request
from rtsynth_train.core.recipes import parse_any, recipe_of
from rtsynth_train.core.run_folder import divergence_as_error

LABEL = "what the first process has read"  # of a configuration


def ranks_on(device: torch.device) -> Ranks:
    """The processes that this one was started with, which train on devices of this kind.

    Raises:
        EngineError: they do not come.
    """
    return ALONE if count_here() == 1 else JoinedRanks(device)


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
