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
_LONGEST_PAGE = 27 + 255 + 255 * 255  # bytes of Ogg
_LARGEST_OVER = 1.5  # times full scale: that much a lossy coder or a resampler may add

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
    _check_whole(path)
    return info.frames, info.samplerate


def _check_whole(path: Path) -> None:
    """Files say how long they are; libsndfile reads on with what there is."""
    there = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(28)
        size = _said_bytes(head)
        if head[:4] == b"OggS":
            file.seek(max(0, there - _LONGEST_PAGE))
            size = there + _missing_bytes(file.read())
    if size > there + 1:  # some leave out the last padding
        raise InputError(f"{path}: is cut short: {there} of {size} bytes are there")


def _said_bytes(head: bytes) -> int:
    """How many bytes a WAV or AIFF has, by its first 28; 0 where it does not say."""
    if len(head) < 28:
        return 0
    if head[:4] == b"RIFF":
        (size,) = struct.unpack("<I", head[4:8])
        return 0 if size in _UNKNOWN_SIZES else size + 8
    if head[:4] == b"FORM":
        (size,) = struct.unpack(">I", head[4:8])
        return 0 if size in _UNKNOWN_SIZES else size + 8
    if head[:4] == b"RF64" and head[12:16] == b"ds64":
        (size,) = struct.unpack("<Q", head[20:28])
        return size + 8
    return 0


def _missing_bytes(tail: bytes) -> int:
    """What is missing of the last page of an Ogg stream (RFC 3533) that ends with `tail`."""
    page = tail[tail.rfind(b"OggS") :]
    if len(page) < 27:
        return 27 - len(page)
    lengths = page[27 : 27 + page[26]]
    return 27 + page[26] + sum(lengths) - len(page)


def read_blocks(path: Path, rate_hz: int, full_scale: float = 1.0) -> Iterator[F32]:
    """Blocks of mono samples [n] at `rate_hz`, channels averaged.

    What is a little above `full_scale` is left for the codec to clip.

    Raises:
        InputError: not readable, cut short, or with samples that are not finite or far beyond
            `full_scale`.
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
                peak = float(np.abs(block).max())
                if peak > full_scale * _LARGEST_OVER:
                    at = read + int(np.abs(block).max(axis=1).argmax())
                    raise InputError(
                        f"{path}: reaches {peak:.3g} at sample {at} ({at / file_hz:.3f} s); scale"
                        f" it to -{full_scale:g}..{full_scale:g}"
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
