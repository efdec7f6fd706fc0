"""Files from before PyTorch 1.6 are bounded as the later ones are."""

import os
from pathlib import Path

import pytest
import torch

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.pickles.machine import MOST_STEPS
from rtsynth_models.checkpoints.torchfile.stream import MAGIC
from rtsynth_models.checkpoints.torchfile.zipped import (
    read_torch_file,
)
from tests.models.checkpoints.torchfile.archives import Hostile, tensors


def test_an_old_file_runs_nothing_either(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    path = tmp_path / "a.pt"
    hostile = {"x": Hostile(os.system, f"touch {mark}")}
    torch.save(hostile, path, _use_new_zipfile_serialization=False)
    with pytest.raises(InputError, match=r"a\.pt: tensor 'x': refused: is posix\.system, which"):
        tensors(path)
    assert not mark.exists()


def test_the_pickles_of_an_old_file_share_one_limit(tmp_path: Path) -> None:
    """Each of five could make a million objects."""
    many = b"(" + b"}" * (MOST_STEPS // 2) + b"l."
    magic = b"\x80\x02\x8a\x0a" + MAGIC.to_bytes(10, "little") + b"."
    (tmp_path / "a.pt").write_bytes(magic + 4 * many)
    with pytest.raises(InputError, match="more objects than any checkpoint has"):
        read_torch_file(tmp_path / "a.pt")
