"""Files of generated parameters over time: .npy [T, D] and .csv, which automation reads again."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rtsynth.files import atomic_write

VALUE_SUFFIXES = (".npy", ".csv")


def write_values(
    path: Path, rate_hz: int, names: Sequence[str], values: NDArray[np.float32]
) -> None:
    """Write values [T, D] in their units, a row for every step of `rate_hz`; the ending decides.

    Raises:
        InputError: the folder cannot be written to.
    """
    with atomic_write(path) as temporary:
        if path.suffix.lower() == ".npy":
            np.save(temporary, values)
            return
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["time_s", *names])
            for step, row in enumerate(values.tolist()):
                writer.writerow([f"{step / rate_hz:.6f}", *(f"{value:.7g}" for value in row)])
