"""Arrays as automation: .npy files, mapped into memory and read as far as they are played."""

import math
import tokenize
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.offline.events import ControlEvent
from rtsynth.offline.timeline import Timeline
from rtsynth.plugin import Parameter

RANGE_TOLERANCE = 1e-6  # of a parameter's range: float32 files round
_ROWS_AT_ONCE = 1 << 14
_READERS: dict[tuple[int, int], Callable[[BinaryIO], tuple[Any, bool, np.dtype[Any]]]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
_NOTHING: tuple[Any, bool, np.dtype[Any]] = ((), False, np.dtype(object))
# The header is a Python literal, which NumPy gives to Python's own parser.
_BAD_HEADER = (
    ValueError, TypeError, EOFError, MemoryError, OverflowError, RecursionError, SyntaxError,
    tokenize.TokenError,
)  # fmt: skip


def in_range(where: str, spec: Parameter, value: float) -> float:
    """A value of a file, at most a rounding error beyond the range of what it is for.

    Raises:
        InputError: it is farther off.
    """
    slack = RANGE_TOLERANCE * (spec.maximum - spec.minimum)
    if not spec.minimum - slack <= value <= spec.maximum + slack:  # NaN is never in range
        raise InputError(f"{where}: {value:g} is not in {spec.minimum:g}..{spec.maximum:g}")
    return spec.clamp(value)


class _Header(NamedTuple):
    """What a .npy file says of its array, which begins at byte `start`."""

    shape: tuple[int, ...]
    by_columns: bool
    kind: np.dtype[Any]
    start: int


def load_array(path: Path) -> NDArray[Any]:
    """The numbers of a .npy file, which stay on the disk until they are looked at.

    Raises:
        InputError: not readable, or no array of numbers.
    """
    header = _header_of(path)
    if header.shape.count(0):  # nothing cannot be mapped
        return np.zeros(header.shape)
    order: Literal["F", "C"] = "F" if header.by_columns else "C"
    try:
        return np.memmap(path, header.kind, "r", header.start, header.shape, order)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error


def array_shape(path: Path) -> tuple[int, ...]:
    """The shape of the array in a .npy file.

    Raises:
        InputError: not readable, or no array of numbers.
    """
    return _header_of(path).shape


def _header_of(path: Path) -> _Header:
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of files that Python 2 wrote
            read = _READERS.get(np.lib.format.read_magic(file))
            shape, by_columns, kind = _NOTHING if read is None else read(file)
            header = _Header(tuple(shape), by_columns, kind, file.tell())
            there = path.stat().st_size - header.start
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    except _BAD_HEADER as error:
        raise InputError(f"{path}: not a .npy file of numbers") from error
    too_short = math.prod(header.shape) * kind.itemsize > there
    if kind.kind not in "fiu" or too_short or not all(0 <= n < 1 << 40 for n in header.shape):
        raise InputError(f"{path}: not a .npy file of numbers")
    return header


@dataclass(frozen=True, eq=False)
class _Column:
    """What one column [T] of an array changes; every change is checked when it is made."""

    where: str  # the file
    column: int
    spec: Parameter
    values: NDArray[Any]
    rate_hz: float

    def __iter__(self) -> Iterator[ControlEvent]:
        last = np.full(1, np.nan)
        for start in range(0, len(self.values), _ROWS_AT_ONCE):
            block = np.asarray(self.values[start : start + _ROWS_AT_ONCE], np.float64)
            changed = np.flatnonzero(block != np.concatenate([last, block[:-1]]))
            last = block[-1:]
            for row, value in zip((start + changed).tolist(), block[changed].tolist(), strict=True):
                where = f"{self.where}: row {row}, column {self.column} ({self.spec.name})"
                yield ControlEvent(
                    row / self.rate_hz, self.spec.name, in_range(where, self.spec, value)
                )

    def check(self) -> None:
        """Look at all of it.

        Raises:
            InputError: a value out of range.
        """
        slack = RANGE_TOLERANCE * (self.spec.maximum - self.spec.minimum)
        low, high = self.spec.minimum - slack, self.spec.maximum + slack
        for start in range(0, len(self.values), _ROWS_AT_ONCE):
            block = np.asarray(self.values[start : start + _ROWS_AT_ONCE], np.float64)
            wrong = np.flatnonzero(~((block >= low) & (block <= high)))
            if wrong.size:
                row = start + int(wrong[0])
                in_range(
                    f"{self.where}: row {row}, column {self.column} ({self.spec.name})",
                    self.spec,
                    float(block[wrong[0]]),
                )


def read_array(
    path: Path, knobs: Sequence[Parameter], rate_hz: float | None, number: int
) -> Timeline:
    """What an array moves: [T, P] at `rate_hz` rows a second, or [B, T, P] for B renderings.

    Raises:
        InputError: no array of numbers, another shape, no rate, a value out of range.
    """
    array = load_array(path)
    if rate_hz is None:
        raise InputError(f"{path}: give its rate in rows per second, for example {path}:125")
    rows = _rows_of(path, array, len(knobs), number)
    columns = [
        _Column(str(path), column, spec, rows[:, column], rate_hz)
        for column, spec in enumerate(knobs)
    ]
    for column in columns:
        column.check()
    return Timeline(columns)


def _rows_of(path: Path, array: NDArray[Any], width: int, number: int) -> NDArray[Any]:
    """[T, P] of what the file holds for rendering `number`."""
    rows = array
    if rows.ndim == 3 and rows.shape[0] > 0:
        if number >= len(rows) > 1:
            raise InputError(f"{path}: is for {len(rows)} renderings; --batch asks for more")
        rows = rows[min(number, len(rows) - 1)]
    elif rows.ndim == 1 and width == 1:
        rows = rows[:, None]
    if rows.ndim != 2 or rows.shape[1] != width or rows.shape[0] == 0:
        raise InputError(
            f"{path}: has shape {list(array.shape)}; the plugin expects [T, {width}], one column "
            "for each parameter that it does not generate"
        )
    return rows
