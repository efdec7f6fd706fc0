"""In which precision a run multiplies matrices; a resumed one keeps its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from rtsynth.common.errors import InputError
from rtsynth_train.core.config import Config, TrainConfig, as_recorded
from rtsynth_train.core.joined import own_device
from rtsynth_train.core.ranks import count_here
from rtsynth_train.core.run_folder import CONFIG_NAME, read_json

_FOR_MATRICES = {"float32": "highest", "bfloat16": "highest", "medium": "medium"}
DEVICES = ("auto", "cpu", "cuda", "mps")


def pick_device(name: str) -> torch.device:
    """The torch device called `name`; `auto` is a CUDA device if there is one. Of several processes
    on a machine, each gets its own.

    Raises:
        InputError: there is no such device here.
    """
    if name not in DEVICES:
        raise InputError(f"--device {name}: must be {', '.join(DEVICES[:-1])} or {DEVICES[-1]}")
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(name, True):
        raise InputError(
            f"--device {name}: this PyTorch finds no {name.upper()} device; use --device cpu"
        )
    if name == "auto":
        name = "cuda" if there["cuda"] else "cpu"
    if name == "cuda" and count_here() > 1:
        return own_device()
    return torch.device(name)


def kept_precision(config: Config, run: Path) -> Config:
    """`config` for resuming `run`, with the precision of the run unless it asks for one."""
    if "precision" in config.run.model_fields_set:
        return config
    try:
        before = as_recorded(read_json(run / CONFIG_NAME))["run"]["precision"]
    except InputError:  # it is written anew, from the recipe that the run is resumed with
        return config
    if before not in _FOR_MATRICES:
        return config
    return config.model_copy(update={"run": config.run.model_copy(update={"precision": before})})


@contextmanager
def matrix_precision(config: TrainConfig) -> Iterator[None]:
    """PyTorch's precision of float32 products, as long as a run trains."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(_FOR_MATRICES[config.run.precision])
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def autocast(precision: str, device: torch.device) -> torch.autocast:
    """PyTorch's mixed precision around a network and its loss, for `bfloat16`; else nothing."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16")
