"""A thread in another floating-point mode, put there by the C library; see `float_mode`."""

import ctypes
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.requirements import lacking

# Of glibc's fenv_t: which of its 32-bit words is the mode, and bits that flush denormal numbers to
# zero and round upwards. Of x86 also FTZ and DAZ, which no C library sets by name.
_MODES = {
    "x86_64": (7, 0x8000 | 0x40 | 0x4000, 0xFFC0),
    "aarch64": (0, 1 << 24 | 1 << 22, 0x7FF << 16),
}


def _mode() -> tuple[int, int, int]:
    if sys.platform != "linux" or platform.machine() not in _MODES:
        lacking("the layout of fenv_t is known for glibc on x86-64 and AArch64 only")
    return _MODES[platform.machine()]


def _environment() -> "ctypes.Array[ctypes.c_uint32]":
    words = (ctypes.c_uint32 * 8)()
    ctypes.CDLL(None).fegetenv(words)
    return words


def float_mode() -> int:
    """The mode bits of this thread, without what exceptions have been raised."""
    word, _, mask = _mode()
    return _environment()[word] & mask


@contextmanager
def foreign_floats() -> Iterator[int]:
    """This thread flushes denormal numbers and rounds upwards; gives `float_mode` of that."""
    word, bits, _ = _mode()
    before, changed = _environment(), _environment()
    changed[word] |= bits
    ctypes.CDLL(None).fesetenv(changed)
    try:
        yield float_mode()
    finally:
        ctypes.CDLL(None).fesetenv(before)
