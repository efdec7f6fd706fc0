"""Runs of a stack on a small set."""

import csv
from pathlib import Path
from typing import Any

import torch

from rtsynth_train.core.recipe import Request
from rtsynth_train.tiers.config import StackConfig
from rtsynth_train.tiers.recipe import RECIPE

CPU = torch.device("cpu")


def rows_of(run: Path) -> list[dict[str, str]]:
    with (run / "losses.csv").open() as file:
        return list(csv.DictReader(file))


def train(stack: StackConfig, run: Path, **more: Any) -> bool:
    return RECIPE.train(stack, Request(run, CPU, **more))
