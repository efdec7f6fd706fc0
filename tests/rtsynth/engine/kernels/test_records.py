"""Records written by Python are what compiled code reads, and the other way round."""

from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.records import TABLE, put, read_record, words_of, write_record


class Inner(NamedTuple):
    first: int
    second: int


class Outer(NamedTuple):
    vector: NDArray[np.float32]
    table: Annotated[NDArray[np.int32], TABLE]
    number: int
    inner: Inner
    doubles: NDArray[np.float64]


WORDS = 2 + 3 + 1 + 2 + 2


def _outer() -> Outer:
    return Outer(
        np.arange(5, dtype=np.float32),
        np.arange(6, dtype=np.int32).reshape(3, 2),
        -7,
        Inner(11, 1 << 40),
        np.array([0.25, 0.5]),
    )


@jit()
def _read(words: Any, at: Any, out: Any) -> None:
    outer = read_record(words, at, Outer)
    out[0] = outer.vector[4] + outer.vector.size
    out[1] = outer.table[2, 1] + 100 * outer.table.shape[0] + 1000 * outer.table.shape[1]
    out[2], out[3], out[4] = outer.number, outer.inner.first, outer.inner.second
    out[5] = outer.doubles[1]
    outer.vector[0] = 42


@jit()
def _copy(words: Any, at: Any, to: Any) -> None:
    write_record(words, to, read_record(words, at, Outer))


@jit()
def _sum_of_row(row: Any) -> Any:
    inner = read_record(row, 1, Inner)
    return inner.first - inner.second


def test_what_python_puts_compiled_code_reads_by_name() -> None:
    words, outer = np.full(3 + WORDS + 1, 99, np.int64), _outer()
    assert words_of(Outer) == WORDS
    assert put(words, 3, outer) == 3 + WORDS
    assert words[[0, 1, 2, -1]].tolist() == [99] * 4
    out = np.zeros(6)
    _read(words, 3, out)
    assert out.tolist() == [9, 5 + 300 + 2000, -7, 11, 1 << 40, 0.5]
    assert outer.vector[0] == 42  # a view, no copy


def test_compiled_code_writes_the_same_words() -> None:
    words, outer = np.zeros(2 * WORDS, np.int64), _outer()
    put(words, 0, outer)
    _copy(words, 0, WORDS)
    np.testing.assert_array_equal(words[WORDS:], words[:WORDS])


def test_numbers_are_read_from_a_row_of_int32() -> None:
    assert _sum_of_row(np.array([5, 40, -2], np.int32)) == 42


@pytest.mark.parametrize(
    "wrong",
    [
        {"vector": np.zeros(10, np.float32)[::2]},
        {"vector": np.zeros(5, np.float64)},
        {"table": np.zeros(6, np.int32)},
    ],
)
def test_an_array_of_another_kind_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        put(np.zeros(WORDS, np.int64), 0, _outer()._replace(**wrong))
