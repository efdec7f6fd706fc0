"""Reading a recording of any length by blocks: mono, at the rate asked for."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr
from numpy.typing import NDArray

from rtsynth.errors import InputError

_BLOCK_FRAMES = 1 << 16
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)  # of a RIFF file that was written to a pipe

F32 = NDArray[np.float32]


def frames_of(path: Path) -> tuple[int, int]:
    """(frames, rate in Hz) of a recording.

    Raises:
        InputError: not readable audio, empty, or cut short.
    """
    try:
        info = sf.info(path)
    except (sf.LibsndfileError, OSError) as error:
        reason = error.error_string if isinstance(error, sf.LibsndfileError) else error.strerror
        raise InputError(f"{path}: not a readable audio file ({reason})") from error
    if info.frames == 0:
        raise InputError(f"{path}: has no samples")
    _check_riff(path)
    return info.frames, info.samplerate


def _check_riff(path: Path) -> None:
    """A WAV says how long it is; libsndfile reads on with what there is."""
    with path.open("rb") as file:
        head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF":
        return
    (size,) = struct.unpack("<I", head[4:8])
    there = path.stat().st_size
    if size not in _UNKNOWN_SIZES and size + 8 > there + 1:  # some leave out the last padding
        raise InputError(f"{path}: is cut short: {there} of {size + 8} bytes are there")


def read_blocks(path: Path, rate_hz: int) -> Iterator[F32]:
    """Blocks of mono samples [n] at `rate_hz`, channels averaged.

    Raises:
        InputError: not readable, cut short, or with samples that are not finite.
    """
    frames, file_hz = frames_of(path)
    resampler = None if file_hz == rate_hz else soxr.ResampleStream(file_hz, rate_hz, 1, "float32")
    read = 0
    try:
        with sf.SoundFile(path) as file:
            for block in file.blocks(_BLOCK_FRAMES, dtype="float32", always_2d=True):
                if not np.isfinite(block).all():
                    at = read + int(np.flatnonzero(~np.isfinite(block).all(axis=1))[0])
                    raise InputError(
                        f"{path}: sample {at} ({at / file_hz:.3f} s) is not a finite number"
                    )
                read += len(block)
                mono = np.ascontiguousarray(block.mean(axis=1, dtype=np.float32))
                yield mono if resampler is None else resampler.resample_chunk(mono)
    except sf.LibsndfileError as error:
        raise InputError(f"{path}: not readable to its end ({error.error_string})") from error
    if read < frames:
        raise InputError(f"{path}: is cut short: {read} of {frames} samples are there")
    if resampler is not None:
        yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)
