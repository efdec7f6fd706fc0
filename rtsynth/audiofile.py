"""Reading recordings."""

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from rtsynth.errors import InputError


def read_mono(path: str | Path, rate_hz: int) -> NDArray[np.float64]:
    """The recording as mono [T] at `rate_hz` (channels averaged, resampled by soxr).

    Raises:
        InputError: missing, not audio, empty, or with values that are not finite.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such audio file")
    try:
        samples, file_hz = soundfile.read(path, dtype="float64", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise InputError(f"{path}: not a readable audio file ({error.error_string})") from error
    if samples.size == 0:
        raise InputError(f"{path}: has no samples")
    if not np.isfinite(samples).all():
        raise InputError(f"{path}: has samples that are not finite numbers")
    mono = samples.mean(axis=1)
    if file_hz != rate_hz:
        mono = soxr.resample(mono, file_hz, rate_hz, quality="VHQ")
    return np.asarray(mono, np.float64)
