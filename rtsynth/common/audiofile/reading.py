"""Recordings as mono at a rate: by blocks, whole, a part of one, or the range of its values."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from rtsynth.common.audiofile.levels import Finding, Levels, say_findings
from rtsynth.common.audiofile.opened import Recording
from rtsynth.common.errors import InputError
from rtsynth.common.remarks import Say, warn

# What a file may unpack to in memory: some multiple of its size, and always this much.
_BYTES_PER_BYTE = 8
_ALWAYS_BYTES = 100_000_000
_SAMPLE_BYTES = 8
_MARGIN_S = 0.1  # read before a part that is resampled: a resampler looks around

F64 = NDArray[np.float64]


def mono_blocks(
    path: str | Path,
    rate_hz: int | None = None,
    full_scale: float | None = 1.0,
    say: Say = warn,
    findings: list[Finding] | None = None,
) -> Iterator[F64]:
    """Blocks of mono samples [n] at `rate_hz` (None: the file's), channels averaged, by soxr.

    Its level is judged against `full_scale` by the table of `levels`, None: by nobody. What that
    warns of goes into `findings`, and is reported at once without them.

    Raises:
        InputError: not readable to its end, empty, not finite, or of a level that is refused.
    """
    with Recording(path, say) as recording:
        levels = None if full_scale is None else Levels(recording.channels, full_scale)
        wanted_hz = rate_hz or recording.rate_hz
        resampler = None
        if recording.rate_hz != wanted_hz:
            resampler = soxr.ResampleStream(recording.rate_hz, wanted_hz, 1, "float64", "VHQ")
        for block in recording.blocks():
            mono = block[:, 0] if recording.channels == 1 else block.mean(axis=1)
            if levels is not None:
                levels.add(block, mono)
            yield mono if resampler is None else resampler.resample_chunk(mono)
        if resampler is not None:
            yield resampler.resample_chunk(np.zeros(0), last=True)
        if levels is not None:
            found = levels.findings(recording.path, recording.rate_hz)
            if findings is None:
                say_findings(found, say)
            else:
                findings += found


def read_mono(
    path: str | Path,
    rate_hz: int | None = None,
    full_scale: float | None = 1.0,
    say: Say = warn,
    findings: list[Finding] | None = None,
) -> F64:
    """The whole recording, as `mono_blocks` gives it: float64 [T].

    Raises:
        InputError: as `mono_blocks`, or it unpacks to more than memory is meant to hold.
    """
    path = Path(path)
    most: int | None = None
    pieces, count = [], 0
    for block in mono_blocks(path, rate_hz, full_scale, say, findings):
        if most is None:
            size = path.stat().st_size
            most = (_BYTES_PER_BYTE * size + _ALWAYS_BYTES) // _SAMPLE_BYTES
        count += len(block)
        if count > most:
            raise InputError(
                f"{path}: unpacks to more than {most / 1e6:.0f} million samples, too many at once;"
                " cut it into shorter files"
            )
        pieces.append(block)
    whole = np.empty(count)
    at = count
    while pieces:  # from the end, each piece given back as soon as it is copied
        piece = pieces.pop()
        whole[at - len(piece) : at] = piece
        at -= len(piece)
    return whole


def read_part(
    path: str | Path, rate_hz: int, start_s: float, longest_s: float, say: Say = warn
) -> F64:
    """Up to `longest_s` seconds of a recording from `start_s` on, mono at `rate_hz`: [T].

    Nothing behind them is read; [0] where the recording is over before.

    Raises:
        InputError: as `mono_blocks`, of what is read.
    """
    with Recording(path, say) as recording:
        file_hz = recording.rate_hz
        margin = 0 if file_hz == rate_hz else round(_MARGIN_S * file_hz)
        start = int(start_s * file_hz)
        before = min(margin, start)
        recording.skip(start - before)
        wanted = before + round(longest_s * file_hz) + margin
        mono = np.asarray(recording.read(wanted).mean(axis=1), np.float64)
        if not recording.frames_read:
            raise InputError(f"{recording.path}: has no samples")
        if recording.frames_read <= start:
            return np.zeros(0)
    if file_hz == rate_hz:
        return mono
    made = soxr.resample(mono, file_hz, rate_hz, quality="VHQ")
    first = round(before * rate_hz / file_hz)
    return np.asarray(made[first : first + round(longest_s * rate_hz)], np.float64)


def read_end(path: str | Path, rate_hz: int, longest_s: float, say: Say = warn) -> F64:
    """Up to the last `longest_s` seconds of a recording, mono at `rate_hz`: [T].

    It is read to its end; no more of it than that is kept.

    Raises:
        InputError: as `mono_blocks`.
    """
    with Recording(path, say) as recording:
        file_hz = recording.rate_hz
        most, pieces, count = round((longest_s + _MARGIN_S) * file_hz), deque[F64](), 0
        for block in recording.blocks():
            pieces.append(np.asarray(block.mean(axis=1), np.float64))
            count += len(block)
            while count - len(pieces[0]) >= most:
                count -= len(pieces.popleft())
    return last_part(np.concatenate(pieces), file_hz, rate_hz, longest_s)


def last_part(mono: F64, from_hz: int, rate_hz: int, longest_s: float) -> F64:
    """Up to the last `longest_s` seconds of samples [T] at `from_hz`, at `rate_hz`."""
    if from_hz != rate_hz:
        kept = mono[-round((longest_s + _MARGIN_S) * from_hz) :]
        mono = np.asarray(soxr.resample(kept, from_hz, rate_hz, quality="VHQ"), np.float64)
    return mono[-max(round(longest_s * rate_hz), 1) :]


def limits_of(path: str | Path, rate_hz: int, say: Say = warn) -> tuple[float, float]:
    """The lowest and the highest amplitude of a recording, mono at `rate_hz`.

    Raises:
        InputError: not readable to its end, empty, or not finite.
    """
    low, high = np.inf, -np.inf
    for block in mono_blocks(path, rate_hz, None, say):
        if block.size:
            low, high = min(low, float(block.min())), max(high, float(block.max()))
    return low, high
