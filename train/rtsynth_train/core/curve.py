"""The losses of a training run, from its losses.csv."""

import csv
import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.errors import InputError
from rtsynth.common.files.text import read_bytes

F64 = NDArray[np.float64]
TRAIN = "train_"
SCORED = ("held_out_", "validation_")  # what trainers call recordings they do not learn from
LARGEST_BYTES = 1 << 28


@dataclass(frozen=True, eq=False)
class Score:
    """A held-out loss, and the step it was measured after."""

    step: int
    value: float


@dataclass(frozen=True, eq=False)
class Curve:
    """Losses in `unit` after `steps` [n] and `seconds` [n]; NaN where there is none."""

    steps: NDArray[np.int64]
    seconds: F64
    train: F64
    held_out: F64
    unit: str

    @property
    def scored(self) -> NDArray[np.int64]:
        """Rows that have a held-out loss."""
        return np.flatnonzero(np.isfinite(self.held_out))

    @property
    def last(self) -> Score | None:
        """The last held-out loss."""
        return self._score(-1) if self.scored.size else None

    @property
    def best(self) -> Score | None:
        """The lowest held-out loss, the first of equal ones."""
        return self._score(int(np.argmin(self.held_out[self.scored]))) if self.scored.size else None

    def _score(self, place: int) -> Score:
        row = self.scored[place]
        return Score(int(self.steps[row]), float(self.held_out[row]))


def read_curve(path: Path) -> Curve:
    """Read a losses.csv; half a line at its end, which a running training may leave, is left out.

    Raises:
        InputError: not there, or not such a table; the line names it.
    """
    try:
        text = read_bytes(path, LARGEST_BYTES, "losses").decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a table of losses ({error.reason})") from error
    if not text.endswith("\n"):
        text = text[: text.rfind("\n") + 1]
    rows = list(csv.reader(text.splitlines()))
    header = rows[0] if rows else []
    train = next((name for name in header if name.startswith(TRAIN)), None)
    scored = next((name for name in header if name.startswith(SCORED)), None)
    if header[:2] != ["step", "seconds"] or train is None or scored is None:
        raise InputError(f"{path}: not a table of losses (its first line has no step and seconds)")
    places = [header.index(name) for name in ("step", "seconds", train, scored)]
    table = np.array(
        [_numbers(path, number, row, places) for number, row in enumerate(rows[1:], 2)]
    ).reshape(-1, 4)
    if np.any(np.diff(table[:, 0]) <= 0):
        line = 3 + int(np.flatnonzero(np.diff(table[:, 0]) <= 0)[0])
        raise InputError(f"{path}: line {line} goes back to an earlier step")
    return Curve(
        table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3],
        train.removeprefix(TRAIN),
    )  # fmt: skip


def _numbers(path: Path, line: int, row: list[str], places: list[int]) -> list[float]:
    try:
        values = [float(row[place]) if row[place] else np.nan for place in places]
    except (IndexError, ValueError) as error:
        raise InputError(f"{path}: line {line} is not a row of losses ({error})") from error
    if not np.isfinite(values[:2]).all():
        raise InputError(f"{path}: line {line} has no step and seconds")
    return values


def smoothed(values: F64, window: int) -> F64:
    """Means [n] of the `window` values up to each, NaNs left out, NaN where there is nothing."""
    known = np.isfinite(values)
    sums = np.cumsum(np.where(known, values, 0.0))
    counts = np.cumsum(known)
    sums[window:] = sums[window:] - sums[:-window].copy()
    counts[window:] = counts[window:] - counts[:-window].copy()
    return np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)


def runs_in(folder: Path) -> list[Path]:
    """The runs in the folder of a training of several tiers: those of its tiers."""
    inner = sorted(folder.glob("*/losses.csv"))
    return [path.parent for path in itertools.islice(inner, 16)]
