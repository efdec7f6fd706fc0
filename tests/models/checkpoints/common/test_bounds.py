"""What a checkpoint claims is bounded by the size of its file."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth_models.checkpoints.common import bounds
from rtsynth_models.checkpoints.common.bounds import (
    SPARE_BYTES,
    check_file,
    check_total,
    check_weights,
    largest_bytes,
)


class Stored(NamedTuple):
    size: int
    nbytes: int


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.pt"
    path.write_bytes(bytes(1000))
    return path


def test_only_an_ordinary_file_of_some_size_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_file(path)
    with pytest.raises(InputError, match="not a file"):
        check_file(path.parent)
    monkeypatch.setattr(bounds, "LARGEST_FILE_BYTES", 999)
    with pytest.raises(InputError, match="is larger than"):
        check_file(path)


def test_tensors_are_bounded_as_float32(path: Path) -> None:
    most = largest_bytes(path)
    assert most == 3 * 1000 + SPARE_BYTES
    check_total(path, [Stored(most // 8, most // 2), Stored(most // 8, most // 8)])
    for large in (Stored(1, most + 1), Stored(most // 4 + 1, most // 8)):
        with pytest.raises(InputError, match="far more numbers than the file holds"):
            check_total(path, [large])


@pytest.mark.parametrize(
    ("tensor", "says"),
    [
        (np.array([1, 2]), "not finite numbers"),
        (np.array([1.0, np.nan]), "not finite numbers"),
        (np.array([1.0, 1e300]), "too large for float32"),
    ],
)
def test_weights_are_finite_in_float32(path: Path, tensor: np.ndarray, says: str) -> None:
    check_weights(path, "w", np.array([0.0, -3e38]))
    check_weights(path, "w", np.zeros((0, 3)))
    with pytest.raises(InputError, match=f"w has values.* {says}"):
        check_weights(path, "w", tensor)
