"""One recording as codes at the rate that a configuration asks for."""

from pathlib import Path

import numpy as np

from rtsynth.common.audiofile import mono_blocks
from rtsynth.common.audiofile.levels import Finding
from rtsynth.common.audiofile.opened import Recording
from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, keep_quiet, warn
from rtsynth.plugin import codec


def check_plain(path: Path, rate_hz: int) -> None:
    """InputError where a file is not mono at `rate_hz`."""
    with Recording(path, keep_quiet) as recording:
        file_hz, channels = recording.rate_hz, recording.channels
    if file_hz != rate_hz:
        raise InputError(f"{path}: {file_hz} Hz, the recipe says {rate_hz} Hz; resample it")
    if channels != 1:
        raise InputError(f"{path}: {channels} channels; mix it to mono")


def read_codes(
    path: Path, rate_hz: int, rule: str, levels: int, findings: list[Finding], say: Say = warn
) -> np.ndarray:
    """Codes uint8 [T] of one mono file, encoded by the codec `rule` as it is read.

    What is wrong with its level is added to `findings`. Raises InputError when it does not fit.
    """
    check_plain(path, rate_hz)
    blocks = mono_blocks(path, say=say, findings=findings)
    codes = [codec.encode(rule, levels, block).astype(np.uint8) for block in blocks]
    return np.concatenate(codes)
