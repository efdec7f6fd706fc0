"""TensorBoard reads what was logged, and a disk that takes no more is said at once."""

from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from rtsynth.common.errors import WriteError
from rtsynth_train.core.tensorboard_log import TensorBoardLog
from tests.small_files import small_files


def test_tensorboard_reads_the_scalars(tmp_path: Path) -> None:
    log = TensorBoardLog(tmp_path / "tensorboard")
    for step in (1, 2):
        log.add(step, {"train_bits": 4.0 / step, "rate": 0.005})
    read = EventAccumulator(str(tmp_path / "tensorboard")).Reload()  # before it is closed
    assert [(each.step, each.value) for each in read.Scalars("train_bits")] == [(1, 4.0), (2, 2.0)]
    assert read.Scalars("rate")[0].value == pytest.approx(0.005)
    log.close()


def test_a_file_that_can_grow_no_more_is_said(tmp_path: Path) -> None:
    log = TensorBoardLog(tmp_path)
    log.add(1, {"train_bits": 4.0})
    refused = pytest.raises(WriteError, match=r"tfevents.*cannot be written \(File too large\)")
    with refused, small_files(120):
        for step in range(2, 10):
            log.add(step, {"train_bits": 4.0})
    log.close()
