"""What rank 0 gives the other processes of a training: its recipe, state and schedule.

They need the recordings, where rank 0 has them, and nothing else of its disk.
"""

from typing import Any

import torch

from rtsynth.common.errors import InputError
from rtsynth_train.core.config import Config
from rtsynth_train.core.fingerprint import Checked
from rtsynth_train.core.job import Job
from rtsynth_train.core.ranks import Ranks, count_here
from rtsynth_train.core.recipe import Recipe, Request


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
