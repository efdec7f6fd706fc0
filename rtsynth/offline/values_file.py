"""Files of generated parameters over time: .npy [T, D] and .csv, which automation reads again."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rtsynth.common.files.atomic import atomic_write

if TYPE_CHECKING:
    from rtsynth.plugin import Parameter

VALUE_SUFFIXES = (".npy", ".csv")


def within_ranges(
    parameters: "Sequence[Parameter]", values: NDArray[np.float32]
) -> tuple[NDArray[np.float32], dict[str, int]]:
    """Values [T, D] moved into their parameters' ranges, and how many of each were outside.

    Draws may leave the range, knobs cannot; and a file of values is what knobs are to be given.
    """
    low = np.array([parameter.minimum for parameter in parameters], np.float32)
    high = np.array([parameter.maximum for parameter in parameters], np.float32)
    counts = ((values < low) | (values > high)).sum(axis=0).tolist()
    outside = {p.name: count for p, count in zip(parameters, counts, strict=True) if count}
    return np.clip(values, low, high), outside


def write_values(
    path: Path, rate_hz: int, names: Sequence[str], values: NDArray[np.float32]
) -> None:
    """Write values [T, D] in their units, a row for every step of `rate_hz`; the ending decides.

    Either way they read back as the same float32.

    Raises:
        InputError: the folder cannot be written to.
    """
    with atomic_write(path) as temporary:
        if path.suffix.lower() == ".npy":
            # Not by its name: to one that ends in .NPY, NumPy would add another ending.
            with temporary.open("wb") as array:
                np.save(array, values)
            return
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["time_s", *names])
            for step, row in enumerate(values.tolist()):
                writer.writerow([f"{step / rate_hz:.6f}", *(f"{value:.9g}" for value in row)])
