"""Sines as recordings, and what was made of them."""

from pathlib import Path

import numpy as np

from rtsynth.plugin import codec
from rtsynth_train.core import kept
from rtsynth_train.core.converted import Coding

HZ = 16_000
CODING = Coding(HZ, "mu_law", 256)


def kept_entries() -> list[Path]:
    return sorted((kept.cache_folder()[0] / kept.FOLDER).glob("*"))


def sine(seconds: float, rate_hz: int, hz: float = 440.0, level: float = 0.5) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def decoded(codes: np.ndarray) -> np.ndarray:
    return codec.decode("mu_law", 256, codes)


def level_db(audio: np.ndarray) -> float:
    """Peak of a sine in dB, by its middle."""
    middle = audio[len(audio) // 4 : -len(audio) // 4]
    return float(10 * np.log10(2 * np.mean(np.square(middle))))
