"""Arrays in pickles, of every kind of number, and what is none."""

import pickle

import numpy as np
import pytest

from rtsynth_models.checkpoints.pickles.arrays import ARRAYS, PickledArray, PickledType, sizes
from rtsynth_models.checkpoints.pickles.machine import PickleMachine
from rtsynth_models.checkpoints.pickles.values import Damaged


def load(value: object, protocol: int) -> object:
    return PickleMachine(pickle.dumps(value, protocol), ARRAYS).load()[0]


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("dtype", ["f2", "<f4", ">f4", "f8", "i1", "u2", "i8", "?"])
def test_arrays_are_read_as_they_were(dtype: str, protocol: int) -> None:
    whole = np.arange(6).astype(dtype).reshape(2, 3)
    for array in (whole, np.asfortranarray(whole), whole[:0], np.array(whole[1, 2])):
        read = load(array, protocol)
        assert isinstance(read, PickledArray)
        np.testing.assert_array_equal(read.read(), array)
        assert (read.size, read.nbytes) == (array.size, array.nbytes)


@pytest.mark.parametrize("protocol", range(6))
def test_scalars_become_pythons(protocol: int) -> None:
    for value in (np.float32(1.5), np.int64(-3), np.bool_(True)):
        read = load(value, protocol)
        assert read == value.item()
        assert type(read) is type(value.item())


def test_an_array_of_objects_has_no_numbers() -> None:
    read = load(np.array([None, "a"], object), 2)
    assert isinstance(read, PickledArray)
    assert (read.size, read.nbytes) == (0, 0)
    with pytest.raises(Damaged, match="is not an array of numbers"):
        read.read()


@pytest.mark.parametrize("shape", [(-1,), (1 << 62,), (1.5,), (True,), (1,) * 33, 3, "ab"])
def test_sizes_that_are_none(shape: object) -> None:
    with pytest.raises(Damaged):
        sizes(shape)


def test_a_state_has_to_match_its_data() -> None:
    for state in ((1, (3,), PickledType("f4"), False, bytes(8)), (1, (2,), PickledType("f4")), 5):
        with pytest.raises(Damaged):
            PickledArray().build(state)
    with pytest.raises(Damaged, match="not of a numeric type"):
        PickledType("f4").build((3, "?"))
