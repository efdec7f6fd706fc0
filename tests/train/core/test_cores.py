"""`--threads` holds for NumPy's BLAS, too."""

from pathlib import Path

import pytest
import torch
from threadpoolctl import threadpool_info

from rtsynth_train.core.cores import limited_threads
from rtsynth_train.core.training import run_training
from rtsynth_train.gru.job import GruJob
from tests.train.recordings import small_config, write_set


def blas_threads() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_as_many_as_asked_for_and_then_as_before() -> None:
    before = torch.get_num_threads()
    with limited_threads(0):
        found = len(blas_threads())
        assert blas_threads() == [torch.get_num_threads()] * found
    threads = blas_threads()
    assert found >= 1  # NumPy's
    for count in (1, 2):
        with limited_threads(count):
            assert blas_threads() == [count] * found
            assert torch.get_num_threads() == count
    assert blas_threads() == threads
    assert torch.get_num_threads() == before


def test_a_training_step_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[int]] = []
    original = GruJob.step

    def step(self: GruJob) -> object:
        report = original(self)
        seen.append(blas_threads())
        return report

    monkeypatch.setattr(GruJob, "step", step)
    config = small_config(write_set(tmp_path / "set"), optimiser={"steps": 2})
    run_training(config, tmp_path / "run", False, None, "cpu")
    assert len(seen) == 2
    assert all(set(threads) == {1} for threads in seen)
