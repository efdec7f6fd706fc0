"""Checkpoints of the original SampleRNN, whole and changed."""

from pathlib import Path
from typing import Any

import pytest

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.common.importing import ImportFlags
from rtsynth_models.checkpoints.pickles.table_of_arrays import read_arrays
from rtsynth_models.checkpoints.samplernn.theano import import_checkpoint
from tests.models.checkpoints.samplernn_fixtures import THEANO, python2_pickle

BY_NAME = {path.parent.name: path for path in THEANO}
GRU, SKIP, LSTM, ONE, FOUR, TOLD = (
    BY_NAME[name]
    for name in (
        "three_tier_gru", "three_tier_gru_skip", "two_tier_lstm", "one_tier", "four_tier",
        "three_tier_conditional",
    )
)  # fmt: skip


def changed(path: Path, folder: Path, change: Any) -> Path:
    """The checkpoint with its arrays changed, alone."""
    arrays = read_arrays(path)
    change(arrays)
    (folder / path.name).write_bytes(python2_pickle(arrays))
    return folder / path.name


def refused(path: Path, flags: ImportFlags | None = None) -> str:
    with pytest.raises(InputError) as info:
        import_checkpoint(path, flags or ImportFlags())
    assert "\n" not in str(info.value)
    return str(info.value)
