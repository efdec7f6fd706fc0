"""Views of memory at an address, and words that are read and written at once."""

from typing import Any

import numpy as np

from rtsynth.engine.kernels.jit import jit
from rtsynth.engine.kernels.memory import (
    add_to,
    compare_and_swap,
    doubles_at,
    float_rows_at,
    floats_at,
    ints_at,
    load_acquire,
    store_release,
    words_at,
)


@jit()
def _views(address: Any, out: Any) -> None:
    out[0] = floats_at(address, 8)[3]
    out[1] = float_rows_at(address, 2, 4)[1, 2]
    out[2] = ints_at(address, 8)[0]
    out[3] = words_at(address, 4)[0]
    out[4] = doubles_at(address, 4)[0]
    floats_at(address, 8)[7] = np.float32(42.0)


def test_views_are_of_the_memory_at_the_address() -> None:
    memory, out = np.arange(8, dtype=np.float32), np.zeros(5)
    _views(memory.ctypes.data, out)
    assert out[:2].tolist() == [3, 6]
    assert out[2] == memory.view(np.int32)[0]
    assert out[3] == memory.view(np.int64)[0]
    assert out[4] == memory.view(np.float64)[0]
    assert memory[7] == 42


@jit()
def _words(words: Any) -> Any:
    store_release(words, 1, load_acquire(words, 0) + 1)
    add_to(words, 1, 10)
    taken = compare_and_swap(words, 2, 5, 6)
    refused = compare_and_swap(words, 2, 5, 7)
    return taken and not refused


def test_words_are_swapped_only_from_what_is_expected() -> None:
    words = np.array([3, 0, 5], np.int64)
    assert _words(words)
    assert words.tolist() == [3, 14, 6]
