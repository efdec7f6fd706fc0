"""Devices, and the precision of a run that is resumed."""

import json
from pathlib import Path

import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_train.core.precision import autocast, kept_precision, matrix_precision, pick_device
from rtsynth_train.gru.config import GruTrainConfig

CONDITIONING = [{"name": "pitch", "field": "p", "minimum": 0, "maximum": 1, "default": 0}]


def config(**run: object) -> GruTrainConfig:
    return GruTrainConfig.model_validate(
        {"plugin": {"name": "tiny"}, "conditioning": CONDITIONING, "run": run}
    )


def test_devices() -> None:
    assert pick_device("cpu").type == "cpu"
    with pytest.raises(InputError, match="--device tpu: must be auto, cpu, cuda or mps"):
        pick_device("tpu")
    if torch.cuda.is_available():
        assert pick_device("auto").type == "cuda"
    else:
        assert pick_device("auto").type == "cpu"
        with pytest.raises(InputError, match="finds no CUDA device; use --device cpu"):
            pick_device("cuda")
    if not torch.backends.mps.is_available():
        with pytest.raises(InputError, match="finds no MPS device"):
            pick_device("mps")


@pytest.mark.parametrize(
    ("recorded", "kept"),
    [
        ({"run": {"seed": 1}}, "medium"),
        ({}, "medium"),
        ({"run": {"precision": "float32"}}, "float32"),
    ],
)
def test_a_run_keeps_its_precision(recorded: dict, kept: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(recorded))
    assert kept_precision(config(seed=3), tmp_path).run.precision == kept
    assert kept_precision(config(precision="bfloat16"), tmp_path).run.precision == "bfloat16"


@pytest.mark.parametrize(
    ("precision", "products", "mixed"),
    [("float32", "highest", False), ("bfloat16", "highest", True), ("medium", "medium", False)],
)
def test_what_a_precision_means(precision: str, products: str, mixed: bool) -> None:
    before = torch.get_float32_matmul_precision()
    with matrix_precision(config(precision=precision)):
        assert torch.get_float32_matmul_precision() == products
        with autocast(precision, torch.device("cpu")):
            assert torch.is_autocast_enabled("cpu") is mixed
    assert torch.get_float32_matmul_precision() == before
