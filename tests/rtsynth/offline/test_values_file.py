"""Files of values: they hold what they were given, to the bit, or are not there."""

from pathlib import Path

import numpy as np
import pytest

from rtsynth.common.errors import InputError
from rtsynth.offline.values_file import VALUE_SUFFIXES, within_ranges, write_values
from rtsynth.plugin import Parameter

NAMES = ["rmse", "centroid"]
VALUES = (
    np.random.default_rng(0).normal(0, 1, (40, 2)) * 10.0 ** np.arange(-20, 20)[:, None]
).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [1, 125, 500, 16_000, 384_000])
def test_a_csv_has_a_row_for_every_step(tmp_path: Path, rate_hz: int) -> None:
    path = tmp_path / "a.csv"
    write_values(path, rate_hz, NAMES, VALUES)
    lines = path.read_text().splitlines()
    assert lines[0] == "time_s,rmse,centroid"
    rows = np.array([[float(cell) for cell in line.split(",")] for line in lines[1:]])
    np.testing.assert_array_equal(rows[:, 1:].astype(np.float32), VALUES)
    # Every time is nearest to its own step.
    np.testing.assert_array_equal(np.round(rows[:, 0] * rate_hz), np.arange(40))


@pytest.mark.parametrize("name", ["a.npy", "A.NPY", "a.b.npy"])
def test_an_array_keeps_shape_and_type(tmp_path: Path, name: str) -> None:
    write_values(tmp_path / name, 125, NAMES, VALUES)
    array = np.load(tmp_path / name)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, VALUES)
    assert [path.name for path in tmp_path.iterdir()] == [name]  # and no temporary one is left


@pytest.mark.parametrize("suffix", VALUE_SUFFIXES)
def test_nothing_is_half_written(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        write_values(tmp_path / f"folder{suffix}", 125, NAMES, VALUES)
    with pytest.raises(InputError, match="does not exist"):
        write_values(tmp_path / "none" / f"a{suffix}", 125, NAMES, VALUES)
    (tmp_path / f"a{suffix}").write_text("before")
    with pytest.raises(ZeroDivisionError):  # in the middle of writing: at the first time, at last
        write_values(tmp_path / f"a{suffix}", 0, NAMES, VALUES if suffix == ".csv" else Broken())
    assert (tmp_path / f"a{suffix}").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


class Broken:
    """What cannot be made an array."""

    def __array__(self, *_: object, **__: object) -> None:
        raise ZeroDivisionError


def test_values_are_moved_into_their_ranges() -> None:
    parameters = [
        Parameter(name="level", minimum=0, maximum=1, default=0),
        Parameter(name="centroid", minimum=100, maximum=4000, default=1000, network_minimum=0),
    ]
    values = np.array([[-0.1, 99], [0.0, 100], [1.0, 4000], [1.1, 5000], [2, 300]], np.float32)
    moved, outside = within_ranges(parameters, values)
    np.testing.assert_array_equal(moved, [[0, 100], [0, 100], [1, 4000], [1, 4000], [1, 300]])
    assert moved.dtype == np.float32
    assert outside == {"level": 3, "centroid": 2}
    assert within_ranges(parameters, moved)[1] == {}
