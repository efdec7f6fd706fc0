"""A song to be written in every format, and how it is read back."""

from pathlib import Path

import numpy as np

from rtsynth.common.audiofile import read_mono

RATE_HZ = 8000
LENGTH = 3 * RATE_HZ


def song(length: int = LENGTH) -> np.ndarray:
    times = np.arange(length) / RATE_HZ
    return 0.5 * np.sin(2 * np.pi * 300 * times) * (0.6 + 0.4 * np.cos(9 * times))


def read_reported(path: Path) -> tuple[np.ndarray, list[str]]:
    lines: list[str] = []
    return read_mono(path, say=lines.append), lines
